import { useEffect, useRef, useState } from "react";

/** One hover box for the whole page: shows `data-tip` of what is under the pointer or has the keyboard focus. */
export function TipHost() {
  const [tip, setTip] = useState<{ text: string; x: number; y: number; above: boolean } | null>(null);
  const owner = useRef<Element | null>(null);
  useEffect(() => {
    const show = (event: Event) => {
      const target = event.target instanceof Element ? event.target.closest("[data-tip]") : null;
      if (target === owner.current) return;
      owner.current = target;
      const text = target?.getAttribute("data-tip");
      if (!target || !text) return setTip(null);
      const box = target.getBoundingClientRect();
      const above = box.bottom + 150 > window.innerHeight;
      setTip({
        text,
        x: Math.max(8, Math.min(box.left, window.innerWidth - 300)),
        y: above ? box.top - 6 : box.bottom + 6,
        above,
      });
    };
    const hide = () => {
      owner.current = null;
      setTip(null);
    };
    document.addEventListener("mouseover", show);
    document.addEventListener("focusin", show);
    document.addEventListener("click", hide);
    window.addEventListener("scroll", hide, true);
    return () => {
      document.removeEventListener("mouseover", show);
      document.removeEventListener("focusin", show);
      document.removeEventListener("click", hide);
      window.removeEventListener("scroll", hide, true);
    };
  }, []);
  if (!tip) return null;
  return (
    <div
      role="tooltip"
      className="tip"
      style={{ left: tip.x, top: tip.y, transform: tip.above ? "translateY(-100%)" : undefined }}
    >
      {tip.text}
    </div>
  );
}
