import { useCallback, useMemo } from "react";
import { useLocation, useNavigate, useSearchParams } from "react-router";

/** The filters every air request takes; absent means the server's default. */
export type CommonQuery = { edition?: string; as_of?: string; dust?: string; mode?: string };

const CARRIED = ["edition", "as_of", "dust", "mode", "lang"] as const;
const DEFAULTS: Record<string, string> = { edition: "in-force", dust: "keep", mode: "as-published" };

/** Reads and writes the filters, all of which live in the address. A default is left out of it. */
export function useFilters() {
  const [params] = useSearchParams();
  const { pathname } = useLocation();
  const navigate = useNavigate();

  const set = useCallback(
    (changes: Record<string, string | null | undefined>, options?: { replace?: boolean }) => {
      const next = new URLSearchParams(window.location.search);
      for (const [name, value] of Object.entries(changes)) {
        if (value == null || value === "" || value === DEFAULTS[name]) next.delete(name);
        else next.set(name, value);
      }
      const text = next.toString();
      navigate({ pathname, search: text ? `?${text}` : "" }, { replace: options?.replace ?? false });
    },
    [navigate, pathname],
  );

  const edition = params.get("edition") ?? undefined;
  const as_of = params.get("as_of") ?? undefined;
  const dust = params.get("dust") ?? undefined;
  const mode = params.get("mode") ?? undefined;
  const common: CommonQuery = useMemo(
    () => ({ ...(edition && { edition }), ...(as_of && { as_of }), ...(dust && { dust }), ...(mode && { mode }) }),
    [edition, as_of, dust, mode],
  );
  return { params, common, set };
}

/** An address inside the app that keeps the filters shared by all pages and drops those of the page left. */
export function useTo() {
  const [params] = useSearchParams();
  return useCallback(
    (pathname: string, extra: Record<string, string | undefined> = {}) => {
      const next = new URLSearchParams();
      for (const name of CARRIED) {
        const value = params.get(name);
        if (value) next.set(name, value);
      }
      for (const [name, value] of Object.entries(extra)) if (value) next.set(name, value);
      const text = next.toString();
      return { pathname, search: text ? `?${text}` : "" };
    },
    [params],
  );
}

/** The path of a place's page. Ids may hold "/" and Chinese; they stay one segment. */
export const airPath = (place: string) => `/air/${encodeURIComponent(place)}`;
