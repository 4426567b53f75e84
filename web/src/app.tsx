import { ConfigProvider } from "antd";
import enUS from "antd/locale/en_US";
import zhCN from "antd/locale/zh_CN";
import { lazy } from "react";
import { BrowserRouter, Link, Route, Routes } from "react-router";
import { useTo } from "./lib/filters";
import { FONT } from "./lib/font";
import { LangProvider, useLang, usePick } from "./lib/lang";
import { Notice } from "./parts/states";
import { Layout } from "./shell/layout";

const Overview = lazy(() => import("./pages/overview"));
const Air = lazy(() => import("./pages/air"));
const Ranking = lazy(() => import("./pages/ranking"));
const Rules = lazy(() => import("./pages/rules"));
const Rule = lazy(() => import("./pages/rule"));
const Imports = lazy(() => import("./pages/imports"));

function NoPage() {
  const t = usePick();
  const to = useTo();
  return (
    <Notice
      title={t("没有这个页面", "There is no such page")}
      why={t("链接可能不完整。", "The link may be incomplete.")}
      action={<Link to={to("/")}>{t("回到一张图", "Back to the overview")}</Link>}
    />
  );
}

function Themed() {
  const lang = useLang();
  return (
    <ConfigProvider
      button={{ autoInsertSpace: false }}
      locale={lang === "zh" ? zhCN : enUS}
      theme={{
        token: {
          colorPrimary: "#0f6b8a",
          colorLink: "#0f6b8a",
          colorText: "#1f2429",
          colorTextSecondary: "#57606a",
          colorBorder: "#d0d5da",
          colorBorderSecondary: "#e4e7eb",
          borderRadius: 4,
          fontFamily: FONT,
          motion: false,
        },
        components: {
          Table: {
            cellPaddingBlockSM: 5,
            cellPaddingInlineSM: 8,
            headerBg: "#f4f6f8",
            headerSplitColor: "transparent",
          },
        },
      }}
    >
      <Routes>
        <Route element={<Layout />}>
          <Route index element={<Overview />} />
          <Route path="air/ranking" element={<Ranking />} />
          <Route path="air/:placeId" element={<Air />} />
          <Route path="rules" element={<Rules />} />
          <Route path="rules/:ruleId" element={<Rule />} />
          <Route path="imports" element={<Imports />} />
          <Route path="*" element={<NoPage />} />
        </Route>
      </Routes>
    </ConfigProvider>
  );
}

export function App() {
  return (
    <BrowserRouter>
      <LangProvider>
        <Themed />
      </LangProvider>
    </BrowserRouter>
  );
}
