import { describe, expect, it } from "vitest";
import { addDays, asGrain, daysBetween, grainOf, spanOf } from "./period";

describe("periods of the address", () => {
  it("know their kind and refuse impossible ones", () => {
    expect(["2025", "2025Q1", "2025-03", "2025-03-05", "2025-03-05T24"].map(grainOf)).toEqual([
      "year",
      "quarter",
      "month",
      "day",
      "hour",
    ]);
    expect(["2025Q5", "2025-13", "2025-03-05T00", "2025-3", "", null].map(grainOf)).toEqual(Array(6).fill(undefined));
  });
  it("span whole calendar days, leap years too", () => {
    expect(spanOf("2024-02")).toEqual(["2024-02-01", "2024-02-29"]);
    expect(spanOf("2025Q4")).toEqual(["2025-10-01", "2025-12-31"]);
    expect(daysBetween("2024-02-28", "2024-03-01")).toEqual(["2024-02-28", "2024-02-29", "2024-03-01"]);
    expect(addDays("2025-01-01", -1)).toBe("2024-12-31");
  });
  it("widen and narrow from their first day", () => {
    expect(asGrain("2025-08", "quarter")).toBe("2025Q3");
    expect(asGrain("2025Q3", "month")).toBe("2025-07");
    expect(asGrain("2025-08-09", "year")).toBe("2025");
  });
});
