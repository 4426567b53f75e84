import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

// The two heavy libraries have chunks of their own: loaded only by the pages that draw, and kept by the browser
// when the app's own code changes.
export default defineConfig({
  plugins: [react()],
  server: { proxy: { "/api": "http://127.0.0.1:8212" } },
  build: {
    target: "es2022",
    chunkSizeWarningLimit: 1200,
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            { name: "echarts", test: /node_modules[\\/](echarts|zrender|tslib)[\\/]/ },
            { name: "maplibre", test: /node_modules[\\/]maplibre-gl[\\/]/ },
            { name: "react", test: /node_modules[\\/](react|react-dom|scheduler|react-router)[\\/]/ },
          ],
        },
      },
    },
  },
});
