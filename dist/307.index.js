export const id = 307;
export const ids = [307];
export const modules = {

/***/ 9234:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   openWebAcls: () => (/* binding */ openWebAcls)
/* harmony export */ });
/* harmony import */ var _aws_sdk_client_wafv2__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(8213);
/* harmony import */ var _retry_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(3430);
/* harmony import */ var _whole_answer_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(1709);



/** The AWS WAF of the run's account and Region. */
const openWebAcls = (connection, restApiId, pacing) => {
    const client = new _aws_sdk_client_wafv2__WEBPACK_IMPORTED_MODULE_2__/* .WAFV2Client */ .m5V(connection.settings);
    (0,_whole_answer_js__WEBPACK_IMPORTED_MODULE_1__/* .requireWholeAnswers */ .A)(client, "AWS WAF");
    return async (stage, webAclArn, isDone) => {
        const about = {
            service: "AWS WAF",
            action: "wafv2:AssociateWebACL",
            operation: "AssociateWebACL",
            doing: `associate the web ACL with stage ${stage.name}`,
            verb: "PUT",
            resource: webAclArn,
            arnPrefix: "",
            restApiId,
            region: connection.region,
        };
        const associate = new _aws_sdk_client_wafv2__WEBPACK_IMPORTED_MODULE_2__/* .AssociateWebACLCommand */ .YBt({ WebACLArn: webAclArn, ResourceArn: stage.arn });
        await (0,_retry_js__WEBPACK_IMPORTED_MODULE_0__/* .write */ .M9)(about, pacing, async () => {
            await client.send(associate);
            return true;
        }, async () => ((await isDone()) ? true : undefined));
    };
};


/***/ })

};
