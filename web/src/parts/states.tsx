import { Button, Skeleton } from "antd";
import type { ReactNode } from "react";
import type { Failure } from "../api/client";
import { usePick } from "../lib/lang";

/** Something is not there: what, why, and the one thing that helps. */
export function Notice({ title, why, action }: { title: ReactNode; why?: ReactNode; action?: ReactNode }) {
  return (
    <div className="notice" role="status">
      <h2>{title}</h2>
      {why && <p>{why}</p>}
      {action}
    </div>
  );
}

/** A request that failed, in the server's words, with its remedy. */
export function Failed({ failure, retry, action }: { failure: Failure; retry?: () => void; action?: ReactNode }) {
  const t = usePick();
  return (
    <Notice
      title={t(failure.message, failure.message_en)}
      why={
        <>
          {failure.remedy && <>{t(failure.remedy, failure.remedy_en)} </>}
          <code className="quiet">{failure.code}</code>
        </>
      }
      action={
        action ??
        (retry && (
          <Button type="primary" onClick={retry}>
            {t("重试", "Try again")}
          </Button>
        ))
      }
    />
  );
}

/** Waiting for `what`, said in words. */
export function Waiting({ what, rows = 4 }: { what: string; rows?: number }) {
  return (
    <div className="waiting" aria-busy="true">
      <p className="quiet">{what}</p>
      <Skeleton active title={false} paragraph={{ rows }} />
    </div>
  );
}
