/** Stage variables of one stage, and tags of one stage (API Gateway quotas). */
export const MAX_VARIABLES = 100;
export const MAX_TAGS = 50;
