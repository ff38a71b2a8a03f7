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

variable "create_oidc_provider" {
  type        = bool
  description = "Whether to make the provider token.actions.githubusercontent.com. An account has one: if it is there, false and its ARN"
  default     = true
}

variable "oidc_provider_arn" {
  type        = string
  description = "ARN of the provider, where it is not made here"
  default     = ""
}

variable "preview_rest_api_ids" {
  type        = list(string)
  description = "Ids of the REST APIs that get previews"
  default     = []
  validation {
    condition     = alltrue([for id in var.preview_rest_api_ids : can(regex("^[a-z0-9]+$", id))])
    error_message = "preview_rest_api_ids are ids of APIs, of small letters and digits."
  }
}

variable "preview_http_api_ids" {
  type        = list(string)
  description = "Ids of the HTTP and WebSocket APIs that get previews, with REST APIs at most 8"
  default     = []
  validation {
    condition     = alltrue([for id in var.preview_http_api_ids : can(regex("^[a-z0-9]+$", id))])
    error_message = "preview_http_api_ids are ids of APIs, of small letters and digits."
  }
}

variable "preview_names" {
  type        = string
  description = "Names of the previews, with `*` for any characters. The role for previews can point and delete no other stage"
  default     = "pr-*"
  validation {
    condition     = can(regex("^[A-Za-z0-9_*-]*[A-Za-z0-9_-]{2}[A-Za-z0-9_*-]*$", var.preview_names))
    error_message = "preview_names has two characters beside each other that are no `*`: letters, digits, - and _."
  }
}

variable "preview_domain" {
  type        = string
  description = "Custom domain on which previews are reached by routing rules, for `preview-domain`. Empty for none"
  default     = ""
  validation {
    condition     = can(regex("^$|^[a-z0-9.+-]+$", var.preview_domain))
    error_message = "preview_domain is the name of one domain, in small letters."
  }
}

variable "preview_priority" {
  type        = object({ from = number, to = number })
  description = "Priorities of the rules that previews may have on the domain, as in `preview-priority`"
  default     = { from = 1000, to = 1999 }
}

variable "rest_api_ids" {
  type        = list(string)
  description = "Ids of the REST APIs with lasting stages"
  default     = []
  validation {
    condition     = alltrue([for id in var.rest_api_ids : can(regex("^[a-z0-9]+$", id))])
    error_message = "rest_api_ids are ids of APIs, of small letters and digits."
  }
}

variable "http_api_ids" {
  type        = list(string)
  description = "Ids of the HTTP and WebSocket APIs with lasting stages, with REST APIs at most 8"
  default     = []
  validation {
    condition     = alltrue([for id in var.http_api_ids : can(regex("^[a-z0-9]+$", id))])
    error_message = "http_api_ids are ids of APIs, of small letters and digits."
  }
}

variable "stage_names" {
  type        = string
  description = "Name of the lasting stage, with `*` for any characters (`*default` for $default). The production role can point no other, and of dark stages the one with -next at its end"
  default     = "*"
  validation {
    condition     = can(regex("^[A-Za-z0-9_*-]+$", var.stage_names))
    error_message = "stage_names is the name of a stage, with `*` for any characters: letters, digits, - and _. For $default it is *default."
  }
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
  description = "What the roles may do beside deploying: import a definition, apply stage settings, read the policies of Lambda functions, and in production publish documentation versions, make dark stages, watch alarms and metrics, and start canaries"
  default     = ["definition"]
  validation {
    condition     = length(setsubtract(var.features, ["definition", "settings", "functions", "documentation", "dark-stage", "watch", "canary"])) == 0
    error_message = "features are definition, settings, functions, documentation, dark-stage, watch and canary."
  }
}

variable "usage_plan_id" {
  type        = string
  description = "The usage plan that stages may join and leave, for `usage-plans` in the settings. Empty for none"
  default     = ""
  validation {
    condition     = can(regex("^[a-z0-9]*$", var.usage_plan_id))
    error_message = "usage_plan_id is the id of one usage plan, of small letters and digits."
  }
}

variable "web_acl_name_and_id" {
  type        = string
  description = "NAME/ID of the web ACL that stages may get, for `web-acl` in the settings. Empty for none"
  default     = ""
  validation {
    condition     = can(regex("^$|^[A-Za-z0-9_-]+/[0-9a-f-]+$", var.web_acl_name_and_id))
    error_message = "web_acl_name_and_id is NAME/ID of one web ACL."
  }
}

variable "reader" {
  type        = bool
  description = "Whether to make a role that only reads, for jobs that show a plan before the environment is entered"
  default     = false
}

variable "reader_on_pull_requests" {
  type        = bool
  description = "Whether jobs on pull requests may take the role that only reads. Who may push a branch could then read these APIs, and with Canary every log group"
  default     = false
}

data "aws_partition" "current" {}
data "aws_region" "current" {}
data "aws_caller_identity" "current" {}

locals {
  partition = data.aws_partition.current.partition
  region    = data.aws_region.current.region
  account   = data.aws_caller_identity.current.account_id
  provider  = var.create_oidc_provider ? aws_iam_openid_connect_provider.github[0].arn : var.oidc_provider_arn

  repositories = compact([var.repository, var.immutable_repository])
  on_branch    = "ref:refs/heads/${var.default_branch}"
  features = setunion(
    ["deploy", "previews", "status", "stage-quota", "readiness", "http-apis", "http-previews"],
    var.features,
    var.preview_domain == "" ? [] : ["preview-domain"],
    var.usage_plan_id == "" ? [] : ["usage-plans"],
    var.web_acl_name_and_id == "" ? [] : ["web-acl"],
  )

  # Previews run on pull requests, the sweep on the default branch. Only jobs that GitHub let into the environment, behind
  # its reviewers and other rules, get the production role. A plan that reviewers see before they approve runs outside of
  # the environment, on the default branch, and on pull requests where the variable says so.
  contexts = {
    previews   = ["pull_request", local.on_branch]
    production = ["environment:${var.environment}"]
    reader     = concat([local.on_branch], var.reader_on_pull_requests ? ["pull_request"] : [])
  }
  # By role, and by the kind of API.
  apis = {
    previews   = { "api" : var.preview_rest_api_ids, "http-api" : var.preview_http_api_ids }
    production = { "api" : var.rest_api_ids, "http-api" : var.http_api_ids }
    reader = {
      "api" : var.reader ? var.rest_api_ids : []
      "http-api" : var.reader ? var.http_api_ids : []
    }
  }
  roles = toset([for role, apis in local.apis : role if length(flatten(values(apis))) > 0])

  # IAM limits what one policy may say: one for what belongs to no API, and one for each API.
  policies = merge(flatten([
    for role in local.roles : [
      { (role) = { role = role, place = "account", api = "" } },
      [
        for place, ids in local.apis[role] : {
          for api in ids : "${role}-${api}" => { role = role, place = place, api = api }
        }
      ],
    ]
  ])...)

  # `{api}` is filled in for each API.
  statements = [
    # begin statements
    {
      roles     = ["previews", "production", "reader"]
      place     = "api"
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
      roles     = ["previews", "production"]
      place     = "api"
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
      roles     = ["previews", "production"]
      place     = "account"
      feature   = "deploy"
      sid       = "TagNewStages"
      action    = ["apigateway:PUT"]
      condition = {}
      resource = [
        "arn:${local.partition}:apigateway:${local.region}::/tags/*",
      ]
    },
    {
      roles     = ["previews"]
      place     = "api"
      feature   = "deploy"
      sid       = "PointStages"
      action    = ["apigateway:PATCH"]
      condition = {}
      resource = [
        "arn:${local.partition}:apigateway:${local.region}::/restapis/{api}/stages/${var.preview_names}",
      ]
    },
    {
      roles     = ["previews", "production", "reader"]
      place     = "account"
      feature   = "stage-quota"
      sid       = "ReadStageQuota"
      action    = ["servicequotas:GetServiceQuota"]
      condition = {}
      resource = [
        "arn:${local.partition}:servicequotas:${local.region}:${local.account}:apigateway/L-379E48B0",
      ]
    },
    {
      roles     = ["previews", "production", "reader"]
      place     = "api"
      feature   = "readiness"
      sid       = "CheckReadiness"
      action    = ["apigateway:GET"]
      condition = {}
      resource = [
        "arn:${local.partition}:apigateway:${local.region}::/restapis/{api}/resources",
        "arn:${local.partition}:apigateway:${local.region}::/restapis/{api}/authorizers",
        "arn:${local.partition}:apigateway:${local.region}::/account",
        "arn:${local.partition}:apigateway:${local.region}::/usageplans",
      ]
    },
    {
      roles     = ["previews", "production", "reader"]
      place     = "account"
      feature   = "functions"
      sid       = "ReadFunctionPolicies"
      action    = ["lambda:GetPolicy"]
      condition = {}
      resource = [
        "arn:${local.partition}:lambda:${local.region}:${local.account}:function:*",
      ]
    },
    {
      roles     = ["previews", "production"]
      place     = "api"
      feature   = "definition"
      sid       = "ImportDefinitions"
      action    = ["apigateway:PUT"]
      condition = {}
      resource = [
        "arn:${local.partition}:apigateway:${local.region}::/restapis/{api}",
      ]
    },
    {
      roles     = ["previews"]
      place     = "api"
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
      roles     = ["previews"]
      place     = "account"
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
      roles     = ["previews"]
      place     = "account"
      feature   = "previews"
      sid       = "SeeRoutingRules"
      action    = ["apigateway:ListRoutingRules"]
      condition = {}
      resource = [
        "arn:${local.partition}:apigateway:${local.region}:${local.account}:/domainnames/*/routingrules/*",
      ]
    },
    {
      roles     = ["previews"]
      place     = "account"
      feature   = "preview-domain"
      sid       = "ReadThePreviewDomain"
      action    = ["apigateway:GET"]
      condition = {}
      resource = [
        "arn:${local.partition}:apigateway:${local.region}::/domainnames/${var.preview_domain}",
        "arn:${local.partition}:apigateway:${local.region}::/domainnames/${var.preview_domain}/apimappings",
        "arn:${local.partition}:apigateway:${local.region}::/apis",
      ]
    },
    {
      roles     = ["previews"]
      place     = "account"
      feature   = "preview-domain"
      sid       = "ListRulesOfTheDomain"
      action    = ["apigateway:ListRoutingRules"]
      condition = {}
      resource = [
        "arn:${local.partition}:apigateway:${local.region}:${local.account}:/domainnames/${var.preview_domain}/routingrules/*",
      ]
    },
    {
      roles     = ["previews"]
      place     = "account"
      feature   = "preview-domain"
      sid       = "MakePreviewRules"
      action    = ["apigateway:CreateRoutingRule"]
      condition = { "NumericGreaterThanEquals" : { "apigateway:Request/Priority" : "${var.preview_priority.from}" }, "NumericLessThanEquals" : { "apigateway:Request/Priority" : "${var.preview_priority.to}" } }
      resource = [
        "arn:${local.partition}:apigateway:${local.region}:${local.account}:/domainnames/${var.preview_domain}/routingrules/*",
      ]
    },
    {
      roles     = ["previews"]
      place     = "account"
      feature   = "preview-domain"
      sid       = "DeletePreviewRules"
      action    = ["apigateway:DeleteRoutingRule"]
      condition = { "NumericGreaterThanEquals" : { "apigateway:Resource/Priority" : "${var.preview_priority.from}" }, "NumericLessThanEquals" : { "apigateway:Resource/Priority" : "${var.preview_priority.to}" } }
      resource = [
        "arn:${local.partition}:apigateway:${local.region}:${local.account}:/domainnames/${var.preview_domain}/routingrules/*",
      ]
    },
    {
      roles     = ["previews", "production"]
      place     = "account"
      feature   = "settings"
      sid       = "ChangeTags"
      action    = ["apigateway:PUT", "apigateway:DELETE"]
      condition = {}
      resource = [
        "arn:${local.partition}:apigateway:${local.region}::/tags/*",
      ]
    },
    {
      roles     = ["previews", "production", "reader"]
      place     = "api"
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
      roles     = ["previews", "production", "reader"]
      place     = "account"
      feature   = "settings"
      sid       = "CheckCertificates"
      action    = ["apigateway:GET"]
      condition = {}
      resource = [
        "arn:${local.partition}:apigateway:${local.region}::/clientcertificates/*",
      ]
    },
    {
      roles     = ["previews", "production", "reader"]
      place     = "account"
      feature   = "usage-plans"
      sid       = "ReadThePlan"
      action    = ["apigateway:GET"]
      condition = {}
      resource = [
        "arn:${local.partition}:apigateway:${local.region}::/usageplans/${var.usage_plan_id}",
      ]
    },
    {
      roles     = ["previews", "production"]
      place     = "account"
      feature   = "usage-plans"
      sid       = "JoinAndLeavePlans"
      action    = ["apigateway:PATCH"]
      condition = {}
      resource = [
        "arn:${local.partition}:apigateway:${local.region}::/usageplans/${var.usage_plan_id}",
      ]
    },
    {
      roles     = ["previews"]
      place     = "api"
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
      roles     = ["previews"]
      place     = "api"
      feature   = "web-acl"
      sid       = "SetWebAcl"
      action    = ["apigateway:SetWebACL"]
      condition = {}
      resource = [
        "arn:${local.partition}:apigateway:${local.region}::/restapis/{api}/stages/${var.preview_names}",
      ]
    },
    {
      roles     = ["previews", "production", "reader"]
      place     = "http-api"
      feature   = "http-apis"
      sid       = "ReadTheHttpApi"
      action    = ["apigateway:GET"]
      condition = {}
      resource = [
        "arn:${local.partition}:apigateway:${local.region}::/apis/{api}",
        "arn:${local.partition}:apigateway:${local.region}::/apis/{api}/*",
      ]
    },
    {
      roles     = ["previews", "production"]
      place     = "http-api"
      feature   = "http-apis"
      sid       = "MakeHttpDeploymentsAndStages"
      action    = ["apigateway:POST"]
      condition = { "Null" : { "apigateway:Request/StageName" : "true" } }
      resource = [
        "arn:${local.partition}:apigateway:${local.region}::/apis/{api}/deployments",
        "arn:${local.partition}:apigateway:${local.region}::/apis/{api}/stages",
      ]
    },
    {
      roles     = ["previews", "production"]
      place     = "http-api"
      feature   = "http-apis"
      sid       = "TagHttpStages"
      action    = ["apigateway:POST", "apigateway:DELETE"]
      condition = {}
      resource = [
        "arn:${local.partition}:apigateway:${local.region}::/tags/*",
      ]
    },
    {
      roles     = ["previews"]
      place     = "http-api"
      feature   = "http-apis"
      sid       = "PointHttpStages"
      action    = ["apigateway:PATCH"]
      condition = {}
      resource = [
        "arn:${local.partition}:apigateway:${local.region}::/apis/{api}/stages/${var.preview_names}",
      ]
    },
    {
      roles     = ["previews", "production"]
      place     = "http-api"
      feature   = "definition"
      sid       = "ImportHttpDefinitions"
      action    = ["apigateway:PUT"]
      condition = {}
      resource = [
        "arn:${local.partition}:apigateway:${local.region}::/apis/{api}",
      ]
    },
    {
      roles     = ["previews", "production"]
      place     = "http-api"
      feature   = "settings"
      sid       = "SetUpAccessLogs"
      action    = ["logs:CreateLogDelivery", "logs:DeleteLogDelivery", "logs:DescribeLogGroups", "logs:DescribeResourcePolicies", "logs:GetLogDelivery", "logs:ListLogDeliveries", "logs:PutResourcePolicy", "logs:UpdateLogDelivery"]
      condition = {}
      resource = [
        "*",
      ]
    },
    {
      roles     = ["previews"]
      place     = "http-api"
      feature   = "settings"
      sid       = "ClearHttpSettings"
      action    = ["apigateway:DELETE"]
      condition = {}
      resource = [
        "arn:${local.partition}:apigateway:${local.region}::/apis/{api}/stages/${var.preview_names}/accesslogsettings",
        "arn:${local.partition}:apigateway:${local.region}::/apis/{api}/stages/${var.preview_names}/routesettings/*",
      ]
    },
    {
      roles     = ["previews"]
      place     = "http-api"
      feature   = "http-previews"
      sid       = "DeleteHttpPreviews"
      action    = ["apigateway:DELETE"]
      condition = {}
      resource = [
        "arn:${local.partition}:apigateway:${local.region}::/apis/{api}/stages/${var.preview_names}",
        "arn:${local.partition}:apigateway:${local.region}::/apis/{api}/deployments/*",
      ]
    },
    {
      roles     = ["previews"]
      place     = "http-api"
      feature   = "http-previews"
      sid       = "SeeMappingsOfHttpPreviews"
      action    = ["apigateway:GET"]
      condition = {}
      resource = [
        "arn:${local.partition}:apigateway:${local.region}::/domainnames",
        "arn:${local.partition}:apigateway:${local.region}::/domainnames/*/apimappings",
      ]
    },
    {
      roles     = ["production"]
      place     = "api"
      feature   = "deploy"
      sid       = "PointStages"
      action    = ["apigateway:PATCH"]
      condition = {}
      resource = [
        "arn:${local.partition}:apigateway:${local.region}::/restapis/{api}/stages/${var.stage_names}",
      ]
    },
    {
      roles     = ["production", "reader"]
      place     = "api"
      feature   = "documentation"
      sid       = "ReadDocumentation"
      action    = ["apigateway:GET"]
      condition = {}
      resource = [
        "arn:${local.partition}:apigateway:${local.region}::/restapis/{api}/documentation/versions/*",
      ]
    },
    {
      roles     = ["production"]
      place     = "api"
      feature   = "documentation"
      sid       = "PublishDocumentation"
      action    = ["apigateway:POST"]
      condition = {}
      resource = [
        "arn:${local.partition}:apigateway:${local.region}::/restapis/{api}/documentation/versions",
      ]
    },
    {
      roles     = ["production"]
      place     = "api"
      feature   = "web-acl"
      sid       = "AssociateWebAcl"
      action    = ["wafv2:AssociateWebACL"]
      condition = {}
      resource = [
        "arn:${local.partition}:wafv2:${local.region}:${local.account}:regional/webacl/${var.web_acl_name_and_id}",
        "arn:${local.partition}:apigateway:${local.region}::/restapis/{api}/stages/${var.stage_names}",
        "arn:${local.partition}:apigateway:${local.region}::/restapis/{api}/stages/${var.stage_names}-next",
      ]
    },
    {
      roles     = ["production"]
      place     = "api"
      feature   = "web-acl"
      sid       = "SetWebAcl"
      action    = ["apigateway:SetWebACL"]
      condition = {}
      resource = [
        "arn:${local.partition}:apigateway:${local.region}::/restapis/{api}/stages/${var.stage_names}",
        "arn:${local.partition}:apigateway:${local.region}::/restapis/{api}/stages/${var.stage_names}-next",
      ]
    },
    {
      roles     = ["production"]
      place     = "api"
      feature   = "dark-stage"
      sid       = "SetUpAndRemoveDarkStages"
      action    = ["apigateway:PATCH", "apigateway:DELETE"]
      condition = {}
      resource = [
        "arn:${local.partition}:apigateway:${local.region}::/restapis/{api}/stages/${var.stage_names}-next",
      ]
    },
    {
      roles     = ["production", "reader"]
      place     = "account"
      feature   = "watch"
      sid       = "ReadAlarms"
      action    = ["cloudwatch:DescribeAlarms", "cloudwatch:DescribeAlarmHistory"]
      condition = {}
      resource = [
        "*",
      ]
    },
    {
      roles     = ["production", "reader"]
      place     = "account"
      feature   = "watch"
      sid       = "ReadMetrics"
      action    = ["cloudwatch:GetMetricData"]
      condition = {}
      resource = [
        "*",
      ]
    },
    {
      roles     = ["production"]
      place     = "account"
      feature   = "canary"
      sid       = "ExplainCanaries"
      action    = ["apigateway:PUT", "apigateway:DELETE"]
      condition = {}
      resource = [
        "arn:${local.partition}:apigateway:${local.region}::/tags/*",
      ]
    },
    {
      roles     = ["production", "reader"]
      place     = "account"
      feature   = "canary"
      sid       = "QueryAccessLogs"
      action    = ["logs:StartQuery"]
      condition = {}
      resource = [
        "arn:${local.partition}:logs:${local.region}:${local.account}:log-group:*",
      ]
    },
    {
      roles     = ["production", "reader"]
      place     = "account"
      feature   = "canary"
      sid       = "ReadQueries"
      action    = ["logs:GetQueryResults"]
      condition = {}
      resource = [
        "*",
      ]
    },
    {
      roles     = ["production", "reader"]
      place     = "account"
      feature   = "canary"
      sid       = "ReadCanaryMetrics"
      action    = ["cloudwatch:ListMetrics", "cloudwatch:GetMetricData"]
      condition = {}
      resource = [
        "*",
      ]
    },
    {
      roles     = ["production"]
      place     = "http-api"
      feature   = "http-apis"
      sid       = "PointHttpStages"
      action    = ["apigateway:PATCH"]
      condition = {}
      resource = [
        "arn:${local.partition}:apigateway:${local.region}::/apis/{api}/stages/${var.stage_names}",
      ]
    },
    {
      roles     = ["production"]
      place     = "http-api"
      feature   = "settings"
      sid       = "ClearHttpSettings"
      action    = ["apigateway:DELETE"]
      condition = {}
      resource = [
        "arn:${local.partition}:apigateway:${local.region}::/apis/{api}/stages/${var.stage_names}/accesslogsettings",
        "arn:${local.partition}:apigateway:${local.region}::/apis/{api}/stages/${var.stage_names}/routesettings/*",
      ]
    },
    {
      roles     = ["production"]
      place     = "http-api"
      feature   = "dark-stage"
      sid       = "RemoveHttpDarkStages"
      action    = ["apigateway:DELETE"]
      condition = {}
      resource = [
        "arn:${local.partition}:apigateway:${local.region}::/apis/{api}/stages/${var.stage_names}-next",
      ]
    },
    {
      roles     = ["reader"]
      place     = "api"
      feature   = "status"
      sid       = "ReadTheDraft"
      action    = ["apigateway:GET"]
      condition = {}
      resource = [
        "arn:${local.partition}:apigateway:${local.region}::/restapis/{api}/resources",
      ]
    },
    {
      roles     = ["reader"]
      place     = "account"
      feature   = "status"
      sid       = "ReadUsagePlans"
      action    = ["apigateway:GET"]
      condition = {}
      resource = [
        "arn:${local.partition}:apigateway:${local.region}::/usageplans",
      ]
    },
    {
      roles     = ["reader"]
      place     = "account"
      feature   = "status"
      sid       = "ReadAuditEvents"
      action    = ["cloudtrail:LookupEvents"]
      condition = {}
      resource = [
        "*",
      ]
    },
    # end statements
  ]
}

resource "aws_iam_openid_connect_provider" "github" {
  count          = var.create_oidc_provider ? 1 : 0
  url            = "https://token.actions.githubusercontent.com"
  client_id_list = ["sts.amazonaws.com"]
  lifecycle {
    precondition {
      condition     = var.oidc_provider_arn == ""
      error_message = "oidc_provider_arn goes with create_oidc_provider = false."
    }
  }
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
  lifecycle {
    precondition {
      condition     = local.provider != ""
      error_message = "create_oidc_provider = false needs oidc_provider_arn."
    }
    # A role may have ten policies, of which each API takes one.
    precondition {
      condition     = length(flatten(values(local.apis[each.key]))) <= 8
      error_message = "A role has at most 8 APIs. For more, use this module again."
    }
  }
}

resource "aws_iam_policy" "this" {
  for_each    = local.policies
  name_prefix = "apigw-stage-${each.key}-"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      for statement in local.statements : {
        for member, value in {
          Sid       = statement.sid
          Effect    = "Allow"
          Action    = statement.action
          Resource  = [for resource in statement.resource : replace(resource, "{api}", each.value.api)]
          Condition = statement.condition
        } : member => value if value != {}
      } if contains(statement.roles, each.value.role) && statement.place == each.value.place && contains(local.features, statement.feature)
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
