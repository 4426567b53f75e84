import type { CommonQuery } from "../lib/filters";
import { api, useLoad, useLoads } from "./client";

const keyOf = (path: string, query: object) => `${path}?${JSON.stringify(query)}`;

/** What this installation holds. */
export const useMeta = () => useLoad("/meta", (signal) => api.GET("/api/v1/meta", { signal }));

/** All places. */
export const usePlaces = () => useLoad("/places", (signal) => api.GET("/api/v1/places", { signal }));

/** District shapes (WGS 84). */
export const useDistricts = () => useLoad("/geo/districts", (signal) => api.GET("/api/v1/geo/districts", { signal }));

/** All places at one day or hour. */
export function useAirMap(at: string | null, common: CommonQuery) {
  const query = { at: at ?? "", ...common };
  return useLoad(at && keyOf("/air/map", query), (signal) => api.GET("/api/v1/air/map", { params: { query }, signal }));
}

/** The days of a place; null place asks nothing. */
export function useAirDays(place: string | null, from: string, to: string, common: CommonQuery) {
  const query = { place: place ?? "", from, to, ...common };
  return useLoad(place && keyOf("/air/days", query), (signal) =>
    api.GET("/api/v1/air/days", { params: { query }, signal }),
  );
}

/** The hours of one day of a place. */
export function useAirHours(place: string | null, day: string, common: CommonQuery) {
  const query = { place: place ?? "", from: day, to: day, ...common };
  return useLoad(place && keyOf("/air/hours", query), (signal) =>
    api.GET("/api/v1/air/hours", { params: { query }, signal }),
  );
}

/** A year, quarter or month judged. */
export function usePeriod(place: string | null, period: string, common: CommonQuery) {
  const query = { place: place ?? "", period, ...common };
  return useLoad(place && keyOf("/air/period", query), (signal) =>
    api.GET("/api/v1/air/period", { params: { query }, signal }),
  );
}

/** Several periods of one place. */
export function usePeriods(place: string, periods: string[], common: CommonQuery) {
  const queries = periods.map((period) => ({ place, period, ...common }));
  return useLoads(
    queries.map((query) => keyOf("/air/period", query)),
    (index, signal) => {
      const query = queries[index] ?? { place, period: "", ...common };
      return api.GET("/api/v1/air/period", { params: { query }, signal });
    },
  );
}

/** The ranking of one period. */
export function useRanking(period: string | null, of: string, common: CommonQuery) {
  const query = { period: period ?? "", of, ...common };
  return useLoad(period && keyOf("/air/ranking", query), (signal) =>
    api.GET("/api/v1/air/ranking", { params: { query }, signal }),
  );
}

/** The chain behind one number. */
export const useExplanation = (id: string | null) =>
  useLoad(id && `/explain/${id}`, (signal) =>
    api.GET("/api/v1/explain/{id}", { params: { path: { id: id ?? "" } }, signal }),
  );

export const useRulebooks = () => useLoad("/rulebooks", (signal) => api.GET("/api/v1/rulebooks", { signal }));

export const useRulebook = (id: string) =>
  useLoad(`/rulebooks/${id}`, (signal) => api.GET("/api/v1/rulebooks/{id}", { params: { path: { id } }, signal }));

export const useImports = () => useLoad("/imports", (signal) => api.GET("/api/v1/imports", { signal }));

export const useQuarantine = (id: number, limit: number) =>
  useLoad(`/imports/${id}/quarantine?${limit}`, (signal) =>
    api.GET("/api/v1/imports/{id}/quarantine", { params: { path: { id }, query: { limit } }, signal }),
  );
