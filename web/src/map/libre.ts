import { Map as LibreGl, setWorkerUrl } from "maplibre-gl";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?url";
import "maplibre-gl/dist/maplibre-gl.css";

// The worker is a file of this app, so that nothing is loaded from elsewhere.
setWorkerUrl(workerUrl);

export { LibreGl };
