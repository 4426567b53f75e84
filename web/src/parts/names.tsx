import type { ReactNode } from "react";
import { useLang } from "../lib/lang";
import { levelName, levelOf } from "../lib/levels";

/** A pollutant's symbol with its figures set low: PM₂.₅, O₃. */
export function Pollutant({ code }: { code: string }) {
  const match = /^([A-Za-z]+)([\d.]+)$/.exec(code);
  if (!match) return <>{code}</>;
  return (
    <span className="pollutant">
      {match[1]}
      <sub>{match[2]}</sub>
    </span>
  );
}

/** Several pollutants, joined as the page's language joins them. */
export function Pollutants({ codes }: { codes: string[] }) {
  const lang = useLang();
  if (codes.length === 0) return <span className="quiet">—</span>;
  return (
    <>
      {codes.map((code, i) => (
        <span key={code}>
          {i > 0 && (lang === "zh" ? "、" : ", ")}
          <Pollutant code={code} />
        </span>
      ))}
    </>
  );
}

/** An AQI level as its official colour with its official word, never the colour alone. */
export function LevelTag({ level, children }: { level: number | null | undefined; children?: ReactNode }) {
  const lang = useLang();
  const known = levelOf(level);
  if (!known) return <span className="level level-none">{children ?? (lang === "zh" ? "缺测" : "missing")}</span>;
  return (
    <span className="level" style={{ background: known.colour, color: known.ink }}>
      {children}
      {children != null && " "}
      {levelName(known, lang)}
    </span>
  );
}

/** The legend: six official levels and the hatch of what is missing. */
export function LevelLegend() {
  const lang = useLang();
  return (
    <ul className="legend" aria-label={lang === "zh" ? "AQI 级别图例" : "Legend of AQI levels"}>
      {[1, 2, 3, 4, 5, 6].map((n) => {
        const level = levelOf(n);
        return (
          level && (
            <li key={n}>
              <i style={{ background: level.colour }} />
              {levelName(level, lang)} <span className="quiet">{level.range}</span>
            </li>
          )
        );
      })}
      <li>
        <i className="hatch" />
        {lang === "zh" ? "缺测" : "Missing"}
      </li>
    </ul>
  );
}
