const partitions: readonly (readonly [prefix: string, partition: string, suffix: string])[] = [
  ["cn-", "aws-cn", "amazonaws.com.cn"],
  ["us-gov-", "aws-us-gov", "amazonaws.com"],
  ["us-iso-", "aws-iso", "c2s.ic.gov"],
  ["us-isob-", "aws-iso-b", "sc2s.sgov.gov"],
  ["eu-isoe-", "aws-iso-e", "cloud.adc-e.uk"],
  ["us-isof-", "aws-iso-f", "csp.hci.ic.gov"],
  ["eusc-", "aws-eusc", "amazonaws.eu"],
];

const rowOf = (region: string) => partitions.find(([prefix]) => region.startsWith(prefix));

/** The partition that a region belongs to (botocore's `partitions.json`). */
export const partitionOf = (region: string): string => rowOf(region)?.[1] ?? "aws";

/** What the host names of a region end in. */
export const dnsSuffixOf = (region: string): string => rowOf(region)?.[2] ?? "amazonaws.com";
