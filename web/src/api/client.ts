import createClient from "openapi-fetch";
import { useEffect, useState } from "react";
import type { ErrorBody, paths } from "./schema";

/** The typed client. Array and path values are encoded by it, so ids with "/" and Chinese stay one segment. */
export const api = createClient<paths>({ baseUrl: "" });

/** What went wrong, in the server's own words where it answered. */
export type Failure = { code: string; message: string; message_en: string; remedy: string; remedy_en: string };

type Answer<T> = { data?: T; error?: unknown; response: Response };

/** One request as a page sees it: the data of the last answer stays while a newer one is under way. */
export type Load<T> = { data: T | undefined; failure: Failure | undefined; loading: boolean; retry: () => void };

const CACHE_SIZE = 200;
const cache = new Map<string, unknown>();

function remember(key: string, value: unknown) {
  cache.delete(key);
  cache.set(key, value);
  if (cache.size > CACHE_SIZE) {
    const oldest = cache.keys().next().value;
    if (oldest !== undefined) cache.delete(oldest);
  }
}

function failureOf(error: unknown, status: number): Failure {
  const body = (error as { error?: Partial<ErrorBody> } | undefined)?.error;
  const fallback = {
    message: `服务返回了 ${status}，没有说明原因。`,
    message_en: `The server answered ${status} without a reason.`,
  };
  return {
    code: body?.code ?? `http-${status}`,
    message: body?.message ?? fallback.message,
    message_en: body?.message_en ?? body?.message ?? fallback.message_en,
    remedy: body?.remedy ?? "",
    remedy_en: (body as { remedy_en?: string } | undefined)?.remedy_en ?? body?.remedy ?? "",
  };
}

/** Runs one request for the page's data and throws a {@link Failure} when it did not work. */
async function run<T>(load: (signal: AbortSignal) => Promise<Answer<T>>, signal: AbortSignal): Promise<T> {
  let answer: Answer<T>;
  try {
    answer = await load(signal);
  } catch (cause) {
    if (signal.aborted) throw cause;
    throw {
      code: "unreachable",
      message: "连不上蓝湾服务。",
      message_en: "The Lanwan server cannot be reached.",
      remedy: "确认服务正在运行，然后重试。",
      remedy_en: "Make sure the server is running, then try again.",
    } satisfies Failure;
  }
  if (answer.data === undefined) throw failureOf(answer.error, answer.response.status);
  return answer.data;
}

/**
 * Loads data for a page. `key` names the request (null: nothing to ask yet); equal keys are asked once.
 * Data of an earlier key is kept as `data` while loading, so pages do not blink; `loading` says it is old.
 */
export function useLoad<T>(key: string | null, load: (signal: AbortSignal) => Promise<Answer<T>>): Load<T> {
  const [state, setState] = useState<{ key: string | null; data?: T; failure?: Failure }>({ key: null });
  const [attempt, setAttempt] = useState(0);
  const cached = key === null ? undefined : (cache.get(key) as T | undefined);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the key stands for everything `load` closes over
  useEffect(() => {
    if (key === null || cache.has(key)) return;
    const stop = new AbortController();
    run(load, stop.signal).then(
      (data) => {
        remember(key, data);
        if (!stop.signal.aborted) setState({ key, data });
      },
      (failure: Failure) => {
        if (!stop.signal.aborted) setState({ key, failure });
      },
    );
    return () => stop.abort();
  }, [key, attempt]);

  useEffect(() => {
    if (cached !== undefined) setState({ key, data: cached });
  }, [key, cached]);

  const retry = () => {
    if (key !== null) cache.delete(key);
    setState({ key: null });
    setAttempt((n) => n + 1);
  };
  if (key === null) return { data: undefined, failure: undefined, loading: false, retry };
  if (cached !== undefined) return { data: cached, failure: undefined, loading: false, retry };
  if (state.key === key) return { data: state.data, failure: state.failure, loading: false, retry };
  return { data: state.data, failure: undefined, loading: true, retry };
}

/** Loads several requests of one kind at once (the months of a year); `undefined` where not there yet. */
export function useLoads<T>(
  keys: string[],
  load: (index: number, signal: AbortSignal) => Promise<Answer<T>>,
): { data: (T | undefined)[]; failure: Failure | undefined } {
  const [, redraw] = useState(0);
  const [failure, setFailure] = useState<Failure>();
  const joined = keys.join("\n");
  // biome-ignore lint/correctness/useExhaustiveDependencies: the keys stand for everything `load` closes over
  useEffect(() => {
    const stop = new AbortController();
    setFailure(undefined);
    keys.forEach((key, index) => {
      if (cache.has(key)) return;
      run((signal) => load(index, signal), stop.signal).then(
        (data) => {
          remember(key, data);
          if (!stop.signal.aborted) redraw((n) => n + 1);
        },
        (cause: Failure) => {
          if (!stop.signal.aborted) setFailure(cause);
        },
      );
    });
    return () => stop.abort();
  }, [joined]);
  return { data: keys.map((key) => cache.get(key) as T | undefined), failure };
}
