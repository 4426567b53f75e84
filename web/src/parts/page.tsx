import type { ReactNode } from "react";

/** Every page: its answer as a sentence on top, marks beside it, then the content. */
export function Page({
  sentence,
  marks,
  children,
  busy,
}: {
  sentence: ReactNode;
  marks?: ReactNode;
  children: ReactNode;
  busy?: boolean;
}) {
  return (
    <div className="page" aria-busy={busy || undefined}>
      <div className="headline">
        <h1>{sentence}</h1>
        {marks && <div className="marks">{marks}</div>}
      </div>
      <div className={busy ? "page-body stale" : "page-body"}>{children}</div>
    </div>
  );
}

/** A titled block of a page. */
export function Block({
  title,
  extra,
  children,
  className,
}: {
  title: ReactNode;
  extra?: ReactNode;
  children: ReactNode;
  className?: string;
}) {
  return (
    <section className={className ? `block ${className}` : "block"}>
      <header>
        <h2>{title}</h2>
        {extra && <div className="extra">{extra}</div>}
      </header>
      {children}
    </section>
  );
}
