/**
 * A web ACL of AWS WAF that stages in its Region can have, by its ARN:
 * `arn:aws:wafv2:eu-central-1:123456789012:regional/webacl/NAME/ID` (AWS WAF API reference, AssociateWebACL).
 */
export const WEB_ACL_ARN = /^arn:[\w-]+:wafv2:([\w-]+):\d{12}:regional\/webacl\/([\w-]{1,128})\/[\w-]{1,36}$/;

/** `undefined` for what is no such ARN, as that of a web ACL of AWS WAF Classic. */
export const regionOfWebAcl = (arn: string): string | undefined => WEB_ACL_ARN.exec(arn)?.[1];

/** `web ACL shop`; of any other, its whole ARN. */
export const webAclText = (arn: string): string => `web ACL ${WEB_ACL_ARN.exec(arn)?.[2] ?? arn}`;
