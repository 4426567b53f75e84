use lanwan_terms::Verification;

/// An entry of a rule file: it names the clause it comes from and how far it has been checked.
pub trait Cited {
    /// Section, table or annex of the document.
    fn clause(&self) -> &str;
    /// How far the entry has been checked.
    fn verification(&self) -> Verification;
    /// What a reader should know about the entry, if anything.
    fn note(&self) -> Option<&str>;
}

/// Declares entries of rule files: the fields given, then `clause`, `verification` and `note`; unknown keys are refused.
macro_rules! cited {
    ($($(#[$meta:meta])* pub struct $name:ident {
        $($(#[$field_meta:meta])* pub $field:ident: $type:ty,)*
    })+) => {$(
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
        #[serde(deny_unknown_fields)]
        pub struct $name {
            $($(#[$field_meta])* pub $field: $type,)*
            /// Section, table or annex of the document.
            pub clause: String,
            /// How far the entry has been checked.
            pub verification: lanwan_terms::Verification,
            /// What a reader should know about the entry.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub note: Option<String>,
        }

        impl $crate::Cited for $name {
            fn clause(&self) -> &str {
                &self.clause
            }
            fn verification(&self) -> lanwan_terms::Verification {
                self.verification
            }
            fn note(&self) -> Option<&str> {
                self.note.as_deref()
            }
        }
    )+};
}

pub(crate) use cited;
