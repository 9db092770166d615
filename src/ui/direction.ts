// Owns which way the panel reads. Knows no layout.

const RIGHT_TO_LEFT = /^(arc?|ckb|dv|fa|he|iw|ps|sd|u[gr]|yi)(-|$)/i;

/**
 * Direction of a locale, else of the page around the host.
 * @param locale BCP 47 tag; "" asks the page
 */
export function directionOf(locale: string, host: HTMLElement): "ltr" | "rtl" {
  if (locale !== "") return RIGHT_TO_LEFT.test(locale) ? "rtl" : "ltr";
  const around = host.parentElement === document.documentElement ? document.body : host.parentElement;
  return getComputedStyle(around ?? document.documentElement).direction === "rtl" ? "rtl" : "ltr";
}
