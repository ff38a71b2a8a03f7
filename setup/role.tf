# Everything that the action needs in an AWS account: GitHub's OpenID Connect provider, unless it is there already, and
# the roles that your workflows take. docs/setup.md says how to use it. What stands between `begin` and `end` is generated
# from the table that docs/iam.md is made of.

terraform {
  required_version = ">= 1.5"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 6.0"
    }
  }
}

variable "repository" {
  type        = string
  description = "OWNER/REPOSITORY on GitHub, in the case in which GitHub writes it"
  validation {
    condition     = can(regex("^[A-Za-z0-9-]+/[A-Za-z0-9._-]+$", var.repository))
    error_message = "repository is OWNER/REPOSITORY."
  }
}

variable "immutable_repository" {
  type        = string
  description = "The same with its ids, OWNER@1234/REPOSITORY@5678. Repositories made, renamed or transferred after 2026-07-15 need it"
  default     = ""
  validation {
    condition     = can(regex("^$|^[A-Za-z0-9-]+@[0-9]+/[A-Za-z0-9._-]+@[0-9]+$", var.immutable_repository))
    error_message = "immutable_repository is OWNER@ID/REPOSITORY@ID."
  }
}

variable "oidc_provider_arn" {
  type        = string
  description = "ARN of the provider token.actions.githubusercontent.com, if the account has it. Empty makes it"
  default     = ""
}

variable "preview_rest_api_ids" {
  type        = list(string)
  description = "Ids of the REST APIs that get previews, at most 8. None makes no role for previews"
  default     = []
}

variable "preview_names" {
  type        = string
  description = "Names of the previews. The role for previews can point and delete no other stage"
  default     = "pr-*"
}

variable "rest_api_ids" {
  type        = list(string)
  description = "Ids of the REST APIs with lasting stages, at most 8. None makes no role for them"
  default     = []
}

variable "environment" {
  type        = string
  description = "GitHub environment whose jobs alone may take the production role"
  default     = "production"
  validation {
    condition     = can(regex("^[^:*?]+$", var.environment))
    error_message = "environment is the name of one environment."
  }
}

variable "default_branch" {
  type        = string
  description = "Branch on which scheduled sweeps and plans run"
  default     = "main"
  validation {
    condition     = can(regex("^[^:*?]+$", var.default_branch))
    error_message = "default_branch is the name of one branch."
  }
}

variable "features" {
  type        = set(string)
  description = "What the roles may do beside deploying: import a definition, apply stage settings, and in production publish documentation versions, watch alarms and metrics, and start canaries"
  default     = ["definition"]
  validation {
    condition     = length(setsubtract(var.features, ["definition", "settings", "documentation", "watch", "canary"])) == 0
    error_message = "features are definition, settings, documentation, watch and canary."
  }
}

variable "usage_plan_id" {
  type        = string
  description = "The usage plan that stages may join and leave, for `usage-plans` in the settings. Empty for none"
  default     = ""
}

variable "web_acl_name_and_id" {
  type        = string
  description = "NAME/ID of the web ACL that stages may get, for `web-acl` in the settings. Empty for none"
  default     = ""
}

variable "reader" {
  type        = bool
  description = "Whether to make a role that only reads, for jobs that show a plan before the environment is entered"
  default     = false
}

data "aws_partition" "current" {}
data "aws_region" "current" {}
data "aws_caller_identity" "current" {}

locals {
  partition = data.aws_partition.current.partition
  region    = data.aws_region.current.region
  account   = data.aws_caller_identity.current.account_id
  provider  = var.oidc_provider_arn == "" ? aws_iam_openid_connect_provider.github[0].arn : var.oidc_provider_arn

  repositories = compact([var.repository, var.immutable_repository])
  on_branch    = "ref:refs/heads/${var.default_branch}"
  features = setunion(
    ["deploy", "previews", "status", "stage-quota"],
    var.features,
    var.usage_plan_id == "" ? [] : ["usage-plans"],
    var.web_acl_name_and_id == "" ? [] : ["web-acl"],
  )

  # Previews run on pull requests, the sweep on the default branch. Only jobs that GitHub let into the environment, behind
  # its reviewers and other rules, get the production role. A plan that reviewers see before they approve runs outside of
  # the environment, on the default branch.
  contexts = {
    previews   = ["pull_request", local.on_branch]
    production = ["environment:${var.environment}"]
    reader     = [local.on_branch]
  }
  apis = {
    previews   = var.preview_rest_api_ids
    production = var.rest_api_ids
    reader     = var.reader ? var.rest_api_ids : []
  }
  roles = toset([for role, apis in local.apis : role if length(apis) > 0])

  # IAM limits what one policy may say: one for what belongs to no REST API, and one for each REST API.
  policies = merge(flatten([
    for role in local.roles : [
      { (role) = { role = role, api = "" } },
      { for api in local.apis[role] : "${role}-${api}" => { role = role, api = api } },
    ]
  ])...)

  # `{api}` is filled in for each REST API.
  statements = {
    # begin statements
    previews = [
      {
        feature   = "deploy"
        sid       = "ReadTheApi"
        action    = ["apigateway:GET"]
        condition = {}
        resource = [
          "arn:${local.partition}:apigateway:${local.region}::/restapis/{api}",
          "arn:${local.partition}:apigateway:${local.region}::/restapis/{api}/stages",
          "arn:${local.partition}:apigateway:${local.region}::/restapis/{api}/stages/*",
          "arn:${local.partition}:apigateway:${local.region}::/restapis/{api}/deployments",
          "arn:${local.partition}:apigateway:${local.region}::/restapis/{api}/deployments/*",
        ]
      },
      {
        feature   = "deploy"
        sid       = "MakeDeploymentsAndStages"
        action    = ["apigateway:POST"]
        condition = { "Null" : { "apigateway:Request/StageName" : "true" } }
        resource = [
          "arn:${local.partition}:apigateway:${local.region}::/restapis/{api}/deployments",
          "arn:${local.partition}:apigateway:${local.region}::/restapis/{api}/stages",
        ]
      },
      {
        feature   = "deploy"
        sid       = "TagNewStages"
        action    = ["apigateway:PUT"]
        condition = {}
        resource = [
          "arn:${local.partition}:apigateway:${local.region}::/tags/*",
        ]
      },
      {
        feature   = "deploy"
        sid       = "PointStages"
        action    = ["apigateway:PATCH"]
        condition = {}
        resource = [
          "arn:${local.partition}:apigateway:${local.region}::/restapis/{api}/stages/${var.preview_names}",
        ]
      },
      {
        feature   = "stage-quota"
        sid       = "ReadStageQuota"
        action    = ["servicequotas:GetServiceQuota"]
        condition = {}
        resource = [
          "arn:${local.partition}:servicequotas:${local.region}:${local.account}:apigateway/L-379E48B0",
        ]
      },
      {
        feature   = "definition"
        sid       = "ImportDefinitions"
        action    = ["apigateway:PUT"]
        condition = {}
        resource = [
          "arn:${local.partition}:apigateway:${local.region}::/restapis/{api}",
        ]
      },
      {
        feature   = "previews"
        sid       = "DeletePreviews"
        action    = ["apigateway:DELETE"]
        condition = {}
        resource = [
          "arn:${local.partition}:apigateway:${local.region}::/restapis/{api}/stages/${var.preview_names}",
          "arn:${local.partition}:apigateway:${local.region}::/restapis/{api}/deployments/*",
        ]
      },
      {
        feature   = "previews"
        sid       = "SeeWhatNamesPreviews"
        action    = ["apigateway:GET"]
        condition = {}
        resource = [
          "arn:${local.partition}:apigateway:${local.region}::/usageplans",
          "arn:${local.partition}:apigateway:${local.region}::/domainnames",
          "arn:${local.partition}:apigateway:${local.region}::/domainnames/*/basepathmappings",
        ]
      },
      {
        feature   = "previews"
        sid       = "SeeRoutingRules"
        action    = ["apigateway:ListRoutingRules"]
        condition = {}
        resource = [
          "arn:${local.partition}:apigateway:${local.region}:${local.account}:/domainnames/*/routingrules/*",
        ]
      },
      {
        feature   = "settings"
        sid       = "ChangeTags"
        action    = ["apigateway:PUT", "apigateway:DELETE"]
        condition = {}
        resource = [
          "arn:${local.partition}:apigateway:${local.region}::/tags/*",
        ]
      },
      {
        feature   = "settings"
        sid       = "CheckSettings"
        action    = ["apigateway:GET"]
        condition = {}
        resource = [
          "arn:${local.partition}:apigateway:${local.region}::/restapis/{api}/resources",
          "arn:${local.partition}:apigateway:${local.region}::/account",
        ]
      },
      {
        feature   = "settings"
        sid       = "CheckCertificates"
        action    = ["apigateway:GET"]
        condition = {}
        resource = [
          "arn:${local.partition}:apigateway:${local.region}::/clientcertificates/*",
        ]
      },
      {
        feature   = "usage-plans"
        sid       = "JoinAndLeavePlans"
        action    = ["apigateway:GET", "apigateway:PATCH"]
        condition = {}
        resource = [
          "arn:${local.partition}:apigateway:${local.region}::/usageplans/${var.usage_plan_id}",
        ]
      },
      {
        feature   = "web-acl"
        sid       = "AssociateWebAcl"
        action    = ["wafv2:AssociateWebACL"]
        condition = {}
        resource = [
          "arn:${local.partition}:wafv2:${local.region}:${local.account}:regional/webacl/${var.web_acl_name_and_id}",
          "arn:${local.partition}:apigateway:${local.region}::/restapis/{api}/stages/${var.preview_names}",
        ]
      },
      {
        feature   = "web-acl"
        sid       = "SetWebAcl"
        action    = ["apigateway:SetWebACL"]
        condition = {}
        resource = [
          "arn:${local.partition}:apigateway:${local.region}::/restapis/{api}/stages/${var.preview_names}",
        ]
      },
    ]
    production = [
      {
        feature   = "deploy"
        sid       = "ReadTheApi"
        action    = ["apigateway:GET"]
        condition = {}
        resource = [
          "arn:${local.partition}:apigateway:${local.region}::/restapis/{api}",
          "arn:${local.partition}:apigateway:${local.region}::/restapis/{api}/stages",
          "arn:${local.partition}:apigateway:${local.region}::/restapis/{api}/stages/*",
          "arn:${local.partition}:apigateway:${local.region}::/restapis/{api}/deployments",
          "arn:${local.partition}:apigateway:${local.region}::/restapis/{api}/deployments/*",
        ]
      },
      {
        feature   = "deploy"
        sid       = "MakeDeploymentsAndStages"
        action    = ["apigateway:POST"]
        condition = { "Null" : { "apigateway:Request/StageName" : "true" } }
        resource = [
          "arn:${local.partition}:apigateway:${local.region}::/restapis/{api}/deployments",
          "arn:${local.partition}:apigateway:${local.region}::/restapis/{api}/stages",
        ]
      },
      {
        feature   = "deploy"
        sid       = "TagNewStages"
        action    = ["apigateway:PUT"]
        condition = {}
        resource = [
          "arn:${local.partition}:apigateway:${local.region}::/tags/*",
        ]
      },
      {
        feature   = "deploy"
        sid       = "PointStages"
        action    = ["apigateway:PATCH"]
        condition = {}
        resource = [
          "arn:${local.partition}:apigateway:${local.region}::/restapis/{api}/stages/*",
        ]
      },
      {
        feature   = "stage-quota"
        sid       = "ReadStageQuota"
        action    = ["servicequotas:GetServiceQuota"]
        condition = {}
        resource = [
          "arn:${local.partition}:servicequotas:${local.region}:${local.account}:apigateway/L-379E48B0",
        ]
      },
      {
        feature   = "definition"
        sid       = "ImportDefinitions"
        action    = ["apigateway:PUT"]
        condition = {}
        resource = [
          "arn:${local.partition}:apigateway:${local.region}::/restapis/{api}",
        ]
      },
      {
        feature   = "settings"
        sid       = "ChangeTags"
        action    = ["apigateway:PUT", "apigateway:DELETE"]
        condition = {}
        resource = [
          "arn:${local.partition}:apigateway:${local.region}::/tags/*",
        ]
      },
      {
        feature   = "settings"
        sid       = "CheckSettings"
        action    = ["apigateway:GET"]
        condition = {}
        resource = [
          "arn:${local.partition}:apigateway:${local.region}::/restapis/{api}/resources",
          "arn:${local.partition}:apigateway:${local.region}::/account",
        ]
      },
      {
        feature   = "settings"
        sid       = "CheckCertificates"
        action    = ["apigateway:GET"]
        condition = {}
        resource = [
          "arn:${local.partition}:apigateway:${local.region}::/clientcertificates/*",
        ]
      },
      {
        feature   = "documentation"
        sid       = "PublishDocumentation"
        action    = ["apigateway:GET", "apigateway:POST"]
        condition = {}
        resource = [
          "arn:${local.partition}:apigateway:${local.region}::/restapis/{api}/documentation/versions",
          "arn:${local.partition}:apigateway:${local.region}::/restapis/{api}/documentation/versions/*",
        ]
      },
      {
        feature   = "usage-plans"
        sid       = "JoinAndLeavePlans"
        action    = ["apigateway:GET", "apigateway:PATCH"]
        condition = {}
        resource = [
          "arn:${local.partition}:apigateway:${local.region}::/usageplans/${var.usage_plan_id}",
        ]
      },
      {
        feature   = "web-acl"
        sid       = "AssociateWebAcl"
        action    = ["wafv2:AssociateWebACL"]
        condition = {}
        resource = [
          "arn:${local.partition}:wafv2:${local.region}:${local.account}:regional/webacl/${var.web_acl_name_and_id}",
          "arn:${local.partition}:apigateway:${local.region}::/restapis/{api}/stages/*",
        ]
      },
      {
        feature   = "web-acl"
        sid       = "SetWebAcl"
        action    = ["apigateway:SetWebACL"]
        condition = {}
        resource = [
          "arn:${local.partition}:apigateway:${local.region}::/restapis/{api}/stages/*",
        ]
      },
      {
        feature   = "watch"
        sid       = "ReadAlarms"
        action    = ["cloudwatch:DescribeAlarms", "cloudwatch:DescribeAlarmHistory"]
        condition = {}
        resource = [
          "*",
        ]
      },
      {
        feature   = "watch"
        sid       = "ReadMetrics"
        action    = ["cloudwatch:GetMetricData"]
        condition = {}
        resource = [
          "*",
        ]
      },
      {
        feature   = "canary"
        sid       = "ExplainCanaries"
        action    = ["apigateway:PUT", "apigateway:DELETE"]
        condition = {}
        resource = [
          "arn:${local.partition}:apigateway:${local.region}::/tags/*",
        ]
      },
      {
        feature   = "canary"
        sid       = "QueryAccessLogs"
        action    = ["logs:StartQuery"]
        condition = {}
        resource = [
          "arn:${local.partition}:logs:${local.region}:${local.account}:log-group:*",
        ]
      },
      {
        feature   = "canary"
        sid       = "ReadQueries"
        action    = ["logs:GetQueryResults"]
        condition = {}
        resource = [
          "*",
        ]
      },
      {
        feature   = "canary"
        sid       = "ReadCanaryMetrics"
        action    = ["cloudwatch:ListMetrics", "cloudwatch:GetMetricData"]
        condition = {}
        resource = [
          "*",
        ]
      },
    ]
    reader = [
      {
        feature   = "deploy"
        sid       = "ReadTheApi"
        action    = ["apigateway:GET"]
        condition = {}
        resource = [
          "arn:${local.partition}:apigateway:${local.region}::/restapis/{api}",
          "arn:${local.partition}:apigateway:${local.region}::/restapis/{api}/stages",
          "arn:${local.partition}:apigateway:${local.region}::/restapis/{api}/stages/*",
          "arn:${local.partition}:apigateway:${local.region}::/restapis/{api}/deployments",
          "arn:${local.partition}:apigateway:${local.region}::/restapis/{api}/deployments/*",
        ]
      },
      {
        feature   = "stage-quota"
        sid       = "ReadStageQuota"
        action    = ["servicequotas:GetServiceQuota"]
        condition = {}
        resource = [
          "arn:${local.partition}:servicequotas:${local.region}:${local.account}:apigateway/L-379E48B0",
        ]
      },
      {
        feature   = "status"
        sid       = "ReadTheDraft"
        action    = ["apigateway:GET"]
        condition = {}
        resource = [
          "arn:${local.partition}:apigateway:${local.region}::/restapis/{api}/resources",
        ]
      },
      {
        feature   = "status"
        sid       = "ReadAuditEvents"
        action    = ["cloudtrail:LookupEvents"]
        condition = {}
        resource = [
          "*",
        ]
      },
      {
        feature   = "settings"
        sid       = "CheckSettings"
        action    = ["apigateway:GET"]
        condition = {}
        resource = [
          "arn:${local.partition}:apigateway:${local.region}::/restapis/{api}/resources",
          "arn:${local.partition}:apigateway:${local.region}::/account",
        ]
      },
      {
        feature   = "settings"
        sid       = "CheckCertificates"
        action    = ["apigateway:GET"]
        condition = {}
        resource = [
          "arn:${local.partition}:apigateway:${local.region}::/clientcertificates/*",
        ]
      },
    ]
    # end statements
  }
}

resource "aws_iam_openid_connect_provider" "github" {
  count          = var.oidc_provider_arn == "" ? 1 : 0
  url            = "https://token.actions.githubusercontent.com"
  client_id_list = ["sts.amazonaws.com"]
}

resource "aws_iam_role" "this" {
  for_each    = local.roles
  name_prefix = "apigw-stage-${each.key}-"
  description = "apigw-stage-action, ${each.key}"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRoleWithWebIdentity"
      Principal = { Federated = local.provider }
      Condition = {
        StringEquals = {
          "token.actions.githubusercontent.com:aud" = "sts.amazonaws.com"
          "token.actions.githubusercontent.com:sub" = flatten([
            for repository in local.repositories : [
              for context in local.contexts[each.key] : "repo:${repository}:${context}"
            ]
          ])
        }
      }
    }]
  })
}

resource "aws_iam_policy" "this" {
  for_each    = local.policies
  name_prefix = "apigw-stage-${each.key}-"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      for statement in local.statements[each.value.role] : {
        for member, value in {
          Sid       = statement.sid
          Effect    = "Allow"
          Action    = statement.action
          Resource  = [for resource in statement.resource : replace(resource, "{api}", each.value.api)]
          Condition = statement.condition
        } : member => value if value != {}
      } if contains(local.features, statement.feature)
      && strcontains(join(" ", statement.resource), "{api}") == (each.value.api != "")
    ]
  })
}

resource "aws_iam_role_policy_attachment" "this" {
  for_each   = local.policies
  role       = aws_iam_role.this[each.value.role].name
  policy_arn = aws_iam_policy.this[each.key].arn
}

output "oidc_provider_arn" {
  value       = local.provider
  description = "For further configurations in this account"
}

output "commands" {
  description = "To paste into a terminal, once the environment exists"
  value = [
    for role, options in {
      previews   = "AWS_ROLE_ARN --repo ${var.repository}"
      production = "AWS_ROLE_ARN --repo ${var.repository} --env ${var.environment}"
      reader     = "AWS_READER_ROLE_ARN --repo ${var.repository}"
    } : "gh variable set ${options} --body ${aws_iam_role.this[role].arn}" if contains(local.roles, role)
  ]
}
