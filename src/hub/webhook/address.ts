// Owns which IP addresses a webhook may reach: none that IANA set aside, and none that a cloud answers on.
// Sources: the IANA special-purpose address registries for IPv4 and IPv6.
import ipaddr from "ipaddr.js";

const SPECIAL_V4 = [
  "0.0.0.0/8",
  "10.0.0.0/8",
  "100.64.0.0/10",
  "127.0.0.0/8",
  // Link local, with the metadata service of most clouds at 169.254.169.254.
  "169.254.0.0/16",
  "172.16.0.0/12",
  "192.0.0.0/24",
  "192.0.2.0/24",
  "192.31.196.0/24",
  "192.52.193.0/24",
  "192.88.99.0/24",
  "192.168.0.0/16",
  "192.175.48.0/24",
  "198.18.0.0/15",
  "198.51.100.0/24",
  "203.0.113.0/24",
  "224.0.0.0/4",
  "240.0.0.0/4",
  // Azure's wire server: public by number, inside by effect.
  "168.63.129.16/32",
].map((range) => ipaddr.IPv4.parseCIDR(range));

/** Everything that is reachable as IPv6 lies in here; NAT64, mapped, local and multicast addresses lie outside. */
const GLOBAL_V6 = ipaddr.IPv6.parseCIDR("2000::/3");

const SPECIAL_V6 = [
  // IETF assignments, with Teredo at 2001::/32.
  "2001::/23",
  "2001:db8::/32",
  // 6to4: an IPv4 address in disguise.
  "2002::/16",
  "2620:4f:8000::/48",
  "3fff::/20",
].map((range) => ipaddr.IPv6.parseCIDR(range));

/** Whether an address is an ordinary one of the public internet. False for anything that is no address. */
export function isPublicAddress(address: string): boolean {
  if (ipaddr.IPv4.isValidFourPartDecimal(address)) {
    const parsed = ipaddr.IPv4.parse(address);
    return !SPECIAL_V4.some((range) => parsed.match(range));
  }
  if (!ipaddr.IPv6.isValid(address)) return false;
  const parsed = ipaddr.IPv6.parse(address);
  if (parsed.zoneId !== undefined || !parsed.match(GLOBAL_V6)) return false;
  return !SPECIAL_V6.some((range) => parsed.match(range));
}

/** RFC 6761: these names are this machine, and no name server is asked for them. */
export const isLocalhostName = (host: string): boolean => /(?:^|\.)localhost\.?$/.test(host);

/** Whether an address is this very machine. */
export function isLoopbackAddress(address: string): boolean {
  return ipaddr.isValid(address) && ipaddr.process(address).range() === "loopback";
}
