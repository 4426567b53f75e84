import { createContext, type ReactNode, useContext, useEffect, useMemo } from "react";
import { useSearchParams } from "react-router";

export type Lang = "zh" | "en";

const KEY = "lanwan.lang";
const LangContext = createContext<Lang>("zh");

function stored(): Lang | null {
  try {
    const value = localStorage.getItem(KEY);
    return value === "en" || value === "zh" ? value : null;
  } catch {
    return null;
  }
}

function store(lang: Lang) {
  try {
    localStorage.setItem(KEY, lang);
  } catch {
    // A browser that refuses storage still has the language in the address.
  }
}

/** The language of the page: the address first (`lang=en`), then what was chosen last, then Chinese. */
export function LangProvider({ children }: { children: ReactNode }) {
  const [params] = useSearchParams();
  const asked = params.get("lang");
  const lang: Lang = asked === "en" || asked === "zh" ? asked : (stored() ?? "zh");
  useEffect(() => {
    document.documentElement.lang = lang === "zh" ? "zh-CN" : "en";
    store(lang);
  }, [lang]);
  return <LangContext.Provider value={lang}>{children}</LangContext.Provider>;
}

export const useLang = () => useContext(LangContext);

/** Picks one of two wordings. Both are written where they are used, so neither can be forgotten. */
export type Pick = (zh: string, en: string) => string;

export const pick =
  (lang: Lang): Pick =>
  (zh, en) =>
    lang === "zh" ? zh : en;

export function usePick(): Pick {
  const lang = useLang();
  return useMemo(() => pick(lang), [lang]);
}
