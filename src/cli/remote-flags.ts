import { boolean as booleanFlag, string as stringFlag } from "@oclif/core/flags";

/** How S3 is spoken to, where the environment and the default profile do not say it. */
export const remoteFlags = {
  endpoint: stringFlag({ helpGroup: "S3", helpValue: "URL", description: "address of another S3 service (AWS_ENDPOINT_URL)" }),
  profile: stringFlag({ helpGroup: "S3", helpValue: "NAME", description: "profile of the AWS configuration (AWS_PROFILE)" }),
  anonymous: booleanFlag({ helpGroup: "S3", exclusive: ["profile"], description: "unsigned requests, for public buckets" }),
};

/** They hold for this process and its threads: the stores read them from the environment. */
export function useRemoteFlags(flags: {
  readonly endpoint?: string | undefined;
  readonly profile?: string | undefined;
  readonly anonymous?: boolean;
}): void {
  if (flags.endpoint !== undefined) process.env.AWS_ENDPOINT_URL_S3 = flags.endpoint;
  if (flags.profile !== undefined) process.env.AWS_PROFILE = flags.profile;
  if (flags.anonymous) process.env.AWS_NO_SIGN_REQUEST = "1";
}
