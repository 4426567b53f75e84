import type { AirValue } from "../api/schema";
import { levelOf } from "../lib/levels";
import type { Shapes } from "./geometry";

const NEUTRAL = "#e9edf0";

/** The shapes with the colour each is to have; "" where its value is missing. */
export function paint(shapes: Shapes, values: Map<string, AirValue>, painted: boolean) {
  return {
    ...shapes,
    features: shapes.features.map((feature) => {
      const value = values.get(String(feature.properties.id));
      const colour = painted ? (levelOf(value?.level)?.colour ?? "") : NEUTRAL;
      return { ...feature, properties: { ...feature.properties, colour } };
    }),
  };
}
