/** System fonts only, Chinese ones first; the style sheet says the same. */
export const FONT =
  '-apple-system, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Source Han Sans SC", sans-serif';
