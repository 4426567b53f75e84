import { Suspense, useEffect } from "react";
import { Link, NavLink, Outlet, useLocation, useParams } from "react-router";
import { useMeta, usePlaces } from "../api/queries";
import { ExplainHost } from "../explain/host";
import { airPath, useTo } from "../lib/filters";
import { useLang, usePick } from "../lib/lang";
import { Waiting } from "../parts/states";
import { TipHost } from "../parts/tip";
import { AsOfFilter, EditionFilter, LangSwitch, MomentFilter, PlaceFilter, SpanFilter } from "./filters";

const ICONS: Record<string, string> = {
  map: "M3 5.5l5-2 6 2.5 5-2v13l-5 2-6-2.5-5 2zM8 3.5V17M14 6v13",
  air: "M3 8h11a3 3 0 1 0-3-3M3 12h15a3 3 0 1 1-3 3M3 16h6a2.5 2.5 0 1 1-2.5 2.5",
  rank: "M4 19V11h4v8M10 19V4h4v15M16 19v-6h4v6",
  rule: "M5 3.5h10l4 4v13H5zM8.5 11h7M8.5 14.5h7M8.5 7.5h3",
  import: "M12 3.5v11M7.5 10l4.5 4.5 4.5-4.5M4 19.5h16",
};

function Icon({ name }: { name: string }) {
  return (
    <svg
      viewBox="0 0 24 24"
      width="18"
      height="18"
      aria-hidden="true"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.6"
    >
      <path d={ICONS[name]} />
    </svg>
  );
}

function Nav() {
  const t = usePick();
  const to = useTo();
  const { data: meta } = useMeta();
  const { pathname } = useLocation();
  const city = meta?.city.id;
  const onAir = pathname.startsWith("/air/") && pathname !== "/air/ranking";
  const items = [
    { key: "map", path: "/", word: t("一张图", "Overview"), on: pathname === "/" },
    { key: "air", path: city ? airPath(city) : "/", word: t("大气", "Air"), on: onAir },
    { key: "rank", path: "/air/ranking", word: t("排名", "Ranking"), on: pathname === "/air/ranking" },
    { key: "rule", path: "/rules", word: t("规则", "Rulebooks"), on: pathname.startsWith("/rules") },
    { key: "import", path: "/imports", word: t("导入", "Imports"), on: pathname.startsWith("/imports") },
  ];
  return (
    <nav className="nav" aria-label={t("主导航", "Main")}>
      <Link to={to("/")} className="brand">
        <img src="/favicon.svg" alt="" width="26" height="26" />
        <span>
          {t("蓝湾", "Lanwan")}
          <small>{meta ? t(meta.city.name, meta.city.name_en ?? meta.city.name) : " "}</small>
        </span>
      </Link>
      <ul>
        {items.map((item) => (
          <li key={item.key}>
            <NavLink to={to(item.path)} className={item.on ? "on" : ""} aria-current={item.on ? "page" : undefined} end>
              <Icon name={item.key} />
              {item.word}
            </NavLink>
          </li>
        ))}
      </ul>
      {meta && (
        <p className="nav-foot quiet">
          {t("读数", "Readings")} {meta.readings.toLocaleString("en-US")}
          <br />
          {t("监测点", "Monitors")} {meta.monitors}
          <br />
          {t("版本", "Version")} {meta.version}
        </p>
      )}
    </nav>
  );
}

function Breadcrumb() {
  const t = usePick();
  const lang = useLang();
  const to = useTo();
  const { pathname } = useLocation();
  const { placeId, ruleId } = useParams();
  const { data: places } = usePlaces();
  const trail: { word: string; path?: string | undefined }[] = [];
  if (pathname === "/air/ranking") trail.push({ word: t("大气", "Air") }, { word: t("排名", "Ranking") });
  else if (placeId) {
    trail.push({ word: t("大气", "Air") });
    const chain = [];
    let place = places?.find((p) => p.id === placeId);
    for (let depth = 0; place && depth < 4; depth += 1) {
      chain.unshift(place);
      const parent = place.parent;
      place = parent ? places?.find((p) => p.id === parent) : undefined;
    }
    for (const p of chain)
      trail.push({
        word: lang === "en" ? (p.name_en ?? p.name) : p.name,
        path: p.id === placeId ? undefined : airPath(p.id),
      });
    if (chain.length === 0) trail.push({ word: placeId });
  } else if (pathname.startsWith("/rules")) {
    trail.push({ word: t("规则", "Rulebooks"), ...(ruleId ? { path: "/rules" } : {}) });
    if (ruleId) trail.push({ word: ruleId });
  } else if (pathname.startsWith("/imports")) trail.push({ word: t("导入", "Imports") });
  else trail.push({ word: t("一张图", "Overview") });
  const here = trail.at(-1)?.word;
  const app = t("蓝湾", "Lanwan");
  useEffect(() => {
    document.title = here ? `${here} · ${app}` : app;
  }, [here, app]);
  return (
    <nav className="crumbs" aria-label={t("位置", "Breadcrumb")}>
      {trail.map((step, i) => (
        <span key={step.word}>
          {i > 0 && <i aria-hidden="true">/</i>}
          {step.path ? <Link to={to(step.path)}>{step.word}</Link> : step.word}
        </span>
      ))}
    </nav>
  );
}

/** Left navigation, header with breadcrumb and the four filters, the page, and the explain drawer. */
export function Layout() {
  const { pathname } = useLocation();
  const t = usePick();
  const ranking = pathname === "/air/ranking";
  const air = pathname.startsWith("/air/") && !ranking;
  const judged = pathname === "/" || air || ranking;
  return (
    <div className="shell">
      <a className="skip" href="#main">
        {t("跳到正文", "Skip to content")}
      </a>
      <Nav />
      <div className="frame">
        <header className="bar">
          <Breadcrumb />
          <search className="filters" aria-label={t("筛选", "Filters")}>
            {judged && (
              <>
                <PlaceFilter />
                {pathname === "/" ? <MomentFilter /> : <SpanFilter fallback={ranking ? "month" : "year"} />}
                <EditionFilter />
                <AsOfFilter />
              </>
            )}
            <LangSwitch />
          </search>
        </header>
        <main id="main" tabIndex={-1}>
          <Suspense fallback={<Waiting what={t("正在打开页面…", "Opening the page…")} />}>
            <Outlet />
          </Suspense>
        </main>
      </div>
      <ExplainHost />
      <TipHost />
    </div>
  );
}
