import * as fc from "fast-check";
import ipaddr from "ipaddr.js";
import { describe, expect, it } from "vitest";
import { isLoopbackAddress, isPublicAddress } from "./address.ts";

describe("addresses a webhook may reach", () => {
  it.each([
    "8.8.8.8",
    "1.1.1.1",
    "100.63.255.255",
    "100.128.0.0",
    "172.15.255.255",
    "172.32.0.0",
    "192.0.1.0",
    "192.169.0.1",
    "168.63.129.15",
    "168.63.129.17",
    "198.17.255.255",
    "198.20.0.0",
    "223.255.255.255",
    "2606:4700:4700::1111",
    "2001:200::1",
    "2a00::1",
  ])("%s is one", (address) => expect(isPublicAddress(address)).toBe(true));

  it.each([
    ["this network", "0.0.0.0"],
    ["private", "10.255.255.255"],
    ["carrier NAT", "100.64.0.1"],
    ["loopback", "127.0.0.1"],
    ["loopback, its far end", "127.255.255.255"],
    ["metadata service", "169.254.169.254"],
    ["private", "172.16.0.1"],
    ["private", "172.31.255.255"],
    ["IETF assignments", "192.0.0.8"],
    ["documentation", "192.0.2.1"],
    ["AS112", "192.31.196.1"],
    ["AMT", "192.52.193.1"],
    ["6to4 relay", "192.88.99.1"],
    ["private", "192.168.1.1"],
    ["AS112", "192.175.48.1"],
    ["benchmarks", "198.19.255.255"],
    ["documentation", "198.51.100.7"],
    ["documentation", "203.0.113.7"],
    ["multicast", "224.0.0.1"],
    ["reserved", "240.0.0.1"],
    ["broadcast", "255.255.255.255"],
    ["Azure's wire server", "168.63.129.16"],
    ["unspecified", "::"],
    ["loopback", "::1"],
    ["IPv4-compatible", "::10.0.0.1"],
    ["IPv4-mapped", "::ffff:10.0.0.1"],
    ["IPv4-mapped, even of a public address", "::ffff:8.8.8.8"],
    ["IPv4-translated", "::ffff:0:10.0.0.1"],
    ["NAT64", "64:ff9b::a00:1"],
    ["local NAT64", "64:ff9b:1::1"],
    ["discard only", "100::1"],
    ["Teredo", "2001:0:4136:e378::1"],
    ["ORCHID", "2001:20::1"],
    ["documentation", "2001:db8::1"],
    ["6to4", "2002:a00:1::"],
    ["AS112", "2620:4f:8000::1"],
    ["documentation", "3fff::1"],
    ["segment routing", "5f00::1"],
    ["unique local", "fd00::1"],
    ["link local", "fe80::1"],
    ["link local with a zone", "fe80::1%eth0"],
    ["public with a zone", "2606:4700::1%eth0"],
    ["site local", "fec0::1"],
    ["multicast", "ff02::1"],
    ["no address", "example.com"],
    ["no address", ""],
    ["octal", "0177.0.0.1"],
    ["short", "127.1"],
    ["a number", "2130706433"],
    ["hexadecimal", "0x7f000001"],
  ])("%s %s is none", (_range, address) => expect(isPublicAddress(address)).toBe(false));

  it("none that the address library knows to be special", () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (address) => {
        if (!ipaddr.isValid(address) || ipaddr.parse(address).range() === "unicast") return;
        expect(isPublicAddress(address)).toBe(false);
      }),
      { numRuns: 2000 },
    );
  });

  it("never throws, whatever stands for an address", () => {
    fc.assert(fc.property(fc.string(), (text) => typeof isPublicAddress(text) === "boolean"));
  });
});

it.each([
  ["127.0.0.1", true],
  ["127.9.9.9", true],
  ["::1", true],
  ["::ffff:127.0.0.1", true],
  ["10.0.0.1", false],
  ["8.8.8.8", false],
  ["localhost", false],
])("%s is this machine: %s", (address, expected) => expect(isLoopbackAddress(address)).toBe(expected));
