import { lazy, Suspense } from "react";
import { useFilters } from "../lib/filters";

const ExplainDrawer = lazy(() => import("./drawer"));

/** Opens the drawer while the address names a finding (`explain=`). */
export function ExplainHost() {
  const { params } = useFilters();
  const id = params.get("explain");
  if (!id) return null;
  return (
    <Suspense fallback={null}>
      <ExplainDrawer id={id} />
    </Suspense>
  );
}
