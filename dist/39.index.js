export const id = 39;
export const ids = [39];
export const modules = {

/***/ 8194:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

// ESM COMPAT FLAG
__webpack_require__.r(__webpack_exports__);

// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  openCloudWatch: () => (/* binding */ openCloudWatch)
});

// EXTERNAL MODULE: ./node_modules/@aws-sdk/client-cloudwatch/dist-cjs/index.js
var dist_cjs = __webpack_require__(4085);
// EXTERNAL MODULE: ./lib/aws/whole-answer.js
var whole_answer = __webpack_require__(1709);
// EXTERNAL MODULE: ./lib/domain/alarm.js
var alarm = __webpack_require__(9473);
// EXTERNAL MODULE: ./lib/aws/pages.js
var pages = __webpack_require__(2909);
// EXTERNAL MODULE: ./node_modules/zod/v4/classic/schemas.js + 15 modules
var schemas = __webpack_require__(9691);
// EXTERNAL MODULE: ./lib/aws/checked.js
var checked = __webpack_require__(6108);
;// CONCATENATED MODULE: ./lib/aws/cloudwatch/answers.js


/** What CloudWatch's answers must look like. The SDK hands times over as dates. */
const SERVICE = "CloudWatch";
const checkedHere = (schema, answer) => (0,checked/* checked */.KD)(schema, answer, SERVICE);
const time = schemas/* date */.p6U().transform((date) => date.getTime());
const state = schemas/* enum */.k5n(["OK", "ALARM", "INSUFFICIENT_DATA"]);
const dimension = schemas/* object */.Ikc({ Name: checked/* given */.gI, Value: checked/* text */.Qq.optional() });
const metricStat = schemas/* object */.Ikc({
    Metric: schemas/* object */.Ikc({ Namespace: checked/* text */.Qq.optional(), Dimensions: schemas/* array */.YOg(dimension).optional() }),
    Period: schemas/* number */.aig().optional(),
});
const anyAlarm = schemas/* object */.Ikc({
    AlarmName: checked/* given */.gI,
    AlarmArn: checked/* given */.gI,
    StateValue: state,
    StateReason: checked/* text */.Qq.optional(),
    StateTransitionedTimestamp: time.optional(),
    StateUpdatedTimestamp: time,
    EvaluationState: checked/* text */.Qq.optional(),
});
const metricAlarm = anyAlarm.extend({
    Namespace: checked/* text */.Qq.optional(),
    Dimensions: schemas/* array */.YOg(dimension).optional(),
    Period: schemas/* number */.aig().optional(),
    EvaluationPeriods: schemas/* number */.aig().optional(),
    Metrics: schemas/* array */.YOg(schemas/* object */.Ikc({ MetricStat: metricStat.optional(), Period: schemas/* number */.aig().optional() })).optional(),
});
const alarms = schemas/* object */.Ikc({
    MetricAlarms: schemas/* array */.YOg(metricAlarm).optional(),
    CompositeAlarms: schemas/* array */.YOg(anyAlarm).optional(),
    LogAlarms: schemas/* array */.YOg(anyAlarm).optional(),
    NextToken: checked/* text */.Qq.optional(),
});
/** Of DescribeAlarms. A name that no alarm has is missing, and nothing else says so. */
const alarmsOf = (answer) => {
    const { MetricAlarms = [], CompositeAlarms = [], LogAlarms = [], NextToken } = checkedHere(alarms, answer);
    return {
        items: [
            ...MetricAlarms.map((alarm) => ({
                ...common(alarm, "metric"),
                window: windowOf(alarm),
                apiNames: apiNamesOf(alarm),
            })),
            ...CompositeAlarms.map((alarm) => common(alarm, "composite")),
            ...LogAlarms.map((alarm) => common(alarm, "log")),
        ],
        position: NextToken || undefined,
    };
};
const common = (alarm, kind) => ({
    name: alarm.AlarmName,
    arn: alarm.AlarmArn,
    kind,
    state: alarm.StateValue,
    reason: alarm.StateReason ?? "",
    changedAt: alarm.StateTransitionedTimestamp ?? alarm.StateUpdatedTimestamp,
    trouble: alarm.EvaluationState || undefined,
    window: undefined,
    apiNames: [],
});
/** The longest period of its metrics, as often as it is evaluated. */
const windowOf = ({ Period, EvaluationPeriods, Metrics = [] }) => {
    const periods = [Period, ...Metrics.flatMap((metric) => [metric.Period, metric.MetricStat?.Period])];
    const longest = Math.max(...periods.map((period) => period ?? 0));
    return longest === 0 || EvaluationPeriods === undefined ? undefined : longest * EvaluationPeriods * 1000;
};
const NAMESPACE = "AWS/ApiGateway";
const apiNamesOf = ({ Namespace, Dimensions, Metrics = [] }) => {
    const metrics = [{ Namespace, Dimensions }, ...Metrics.flatMap(({ MetricStat }) => MetricStat?.Metric ?? [])];
    const names = metrics
        .filter((metric) => metric.Namespace === NAMESPACE)
        .flatMap((metric) => metric.Dimensions ?? [])
        .flatMap(({ Name, Value }) => (Name === "ApiName" && Value !== undefined ? [Value] : []));
    return [...new Set(names)];
};
const answers_history = schemas/* object */.Ikc({
    AlarmHistoryItems: schemas/* array */.YOg(schemas/* object */.Ikc({ Timestamp: time, HistorySummary: checked/* text */.Qq.optional(), HistoryData: checked/* text */.Qq.optional() })),
    NextToken: checked/* text */.Qq.optional(),
});
/** What the data of a change of state is made of (AWS CLI reference, describe-alarm-history: the example). */
const change = schemas/* object */.Ikc({ newState: schemas/* object */.Ikc({ stateValue: state, stateReason: checked/* text */.Qq.optional() }) });
/** Of DescribeAlarmHistory, for changes of state. One that cannot be read is no reason to believe that there was none. */
const changesOf = (answer) => {
    const { AlarmHistoryItems, NextToken } = checkedHere(answers_history, answer);
    return {
        items: AlarmHistoryItems.map(({ Timestamp, HistoryData = "", HistorySummary = "" }) => {
            const stateValue = / to ([A-Z_]+)$/.exec(HistorySummary)?.[1];
            const { newState } = checkedHere(change, parsed(HistoryData) ?? { newState: { stateValue } });
            return { at: Timestamp, state: newState.stateValue, reason: newState.stateReason ?? "" };
        }),
        position: NextToken || undefined,
    };
};
const parsed = (json) => {
    try {
        return JSON.parse(json);
    }
    catch {
        return undefined;
    }
};
const metricData = schemas/* object */.Ikc({
    MetricDataResults: schemas/* array */.YOg(schemas/* object */.Ikc({ Id: checked/* given */.gI, Timestamps: schemas/* array */.YOg(time), Values: schemas/* array */.YOg(schemas/* number */.aig()), StatusCode: checked/* text */.Qq })),
    NextToken: checked/* text */.Qq.optional(),
});
/** Of GetMetricData. */
const seriesOf = (answer) => {
    const { MetricDataResults, NextToken } = checkedHere(metricData, answer);
    return {
        items: MetricDataResults.map(({ Id, StatusCode, Timestamps, Values }) => ({
            id: Id,
            status: StatusCode,
            points: checkedHere(schemas/* array */.YOg(schemas/* object */.Ikc({ at: schemas/* number */.aig(), value: schemas/* number */.aig() })).length(Timestamps.length), Values.map((value, index) => ({ at: Timestamps[index], value }))),
        })),
        position: NextToken || undefined,
    };
};
const metrics = schemas/* object */.Ikc({
    Metrics: schemas/* array */.YOg(schemas/* object */.Ikc({ MetricName: checked/* given */.gI, Dimensions: schemas/* array */.YOg(dimension).optional() })),
    NextToken: checked/* text */.Qq.optional(),
});
/** Of ListMetrics. */
const metricsOf = (answer) => {
    const { Metrics, NextToken } = checkedHere(metrics, answer);
    return {
        items: Metrics.map(({ MetricName, Dimensions = [] }) => ({
            metric: MetricName,
            dimensions: Object.fromEntries(Dimensions.map(({ Name, Value = "" }) => [Name, Value])),
        })),
        position: NextToken || undefined,
    };
};

;// CONCATENATED MODULE: ./lib/aws/cloudwatch/alarms.js




/** Without them both operations tell of metric alarms alone (CloudWatch API reference). */
const TYPES = ["MetricAlarm", "CompositeAlarm", "LogAlarm"];
/** Those of the names that there are, in their order: a name that is missing in the answer has no alarm. */
const describeAlarms = async ({ client, pacing, readOptions, call }, names) => {
    const found = await (0,pages/* readPages */.n)(call("DescribeAlarms", "read the alarms"), pacing, async (NextToken) => {
        const describe = new dist_cjs/* DescribeAlarmsCommand */.zWD({
            AlarmNames: [...names],
            AlarmTypes: TYPES,
            MaxRecords: alarm/* MOST_ALARMS */.D,
            NextToken,
        });
        return alarmsOf(await client.send(describe, readOptions));
    });
    return names.flatMap((name) => found.find((alarm) => alarm.name === name) ?? []);
};
/** An alarm's changes of state that are newer than `after`, oldest first; also of an alarm that was deleted. */
const alarmChanges = async ({ client, pacing, readOptions, call }, name, after) => {
    const about = call("DescribeAlarmHistory", `read the history of alarm ${name}`);
    const changes = await (0,pages/* readPages */.n)(about, pacing, async (NextToken) => {
        const describe = new dist_cjs/* DescribeAlarmHistoryCommand */.icQ({
            AlarmName: name,
            AlarmTypes: TYPES,
            HistoryItemType: "StateUpdate",
            StartDate: new Date(after),
            ScanBy: "TimestampAscending",
            MaxRecords: alarm/* MOST_ALARMS */.D,
            NextToken,
        });
        return changesOf(await client.send(describe, readOptions));
    });
    return changes.filter(({ at }) => at > after);
};

// EXTERNAL MODULE: ./lib/aws/translate.js + 1 modules
var translate = __webpack_require__(9706);
// EXTERNAL MODULE: ./lib/aws/unreadable-answer.js
var unreadable_answer = __webpack_require__(3717);
;// CONCATENATED MODULE: ./lib/aws/cloudwatch/metrics.js





const dimensionsFrom = (dimensions) => Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));
/**
 * Metrics of API Gateway by the minute, oldest first, one list a query and in the queries' order. A minute without
 * requests has no point.
 */
const getMetrics = async ({ client, pacing, readOptions, call }, queries, { from, until }) => {
    const MetricDataQueries = queries.map(({ metric, statistic, dimensions }, index) => ({
        Id: idOf(index),
        MetricStat: {
            Metric: { Namespace: NAMESPACE, MetricName: metric, Dimensions: dimensionsFrom(dimensions) },
            Period: 60,
            Stat: statistic,
        },
    }));
    const about = call("GetMetricData", "read the metrics");
    const parts = await (0,pages/* readPages */.n)(about, pacing, async (NextToken) => {
        const get = new dist_cjs/* GetMetricDataCommand */.Soe({
            MetricDataQueries,
            StartTime: new Date(from),
            EndTime: new Date(until),
            ScanBy: "TimestampAscending",
            NextToken,
        });
        const page = seriesOf(await client.send(get, readOptions));
        for (const part of page.items)
            requireData(part, page.position !== undefined);
        return page;
    });
    if (new Set(parts.map(({ id }) => id)).size < queries.length) {
        throw (0,translate/* translate */.T)(new unreadable_answer/* UnreadableAnswer */.y("CloudWatch has not answered every query."), about);
    }
    return queries.map((_, index) => parts.flatMap(({ id, points }) => (id === idOf(index) ? points : [])));
};
const idOf = (index) => `q${index}`;
/** Partial data is completed by the pages that follow; anything else than that is not what was asked for. */
const requireData = ({ status }, isMoreToCome) => {
    if (status === "Complete" || (status === "PartialData" && isMoreToCome))
        return;
    throw new unreadable_answer/* UnreadableAnswer */.y(`CloudWatch has not given all data: the status of a query is ${status}.`);
};
/** The series of API Gateway with these dimensions and perhaps others, as far as they had data within three hours. */
const listMetrics = ({ client, pacing, readOptions, call }, dimensions) => (0,pages/* readPages */.n)(call("ListMetrics", "list the metrics"), pacing, async (NextToken) => {
    const list = new dist_cjs/* ListMetricsCommand */.tPF({
        Namespace: NAMESPACE,
        Dimensions: dimensionsFrom(dimensions),
        RecentlyActive: "PT3H",
        NextToken,
    });
    return metricsOf(await client.send(list, readOptions));
});

;// CONCATENATED MODULE: ./lib/aws/cloudwatch/cloudwatch.js




const openCloudWatch = (connection, restApiId, pacing) => {
    const client = new dist_cjs/* CloudWatchClient */.WBn(connection.settings);
    (0,whole_answer/* requireWholeAnswers */.A)(client, "CloudWatch");
    const session = {
        client,
        pacing,
        readOptions: { abortSignal: pacing.signal },
        // What is asked for here can be allowed on all resources alone (Service Authorization Reference, CloudWatch):
        // metrics know no others, and composite alarms are shown to nobody else.
        call: (operation, doing) => ({
            service: "CloudWatch",
            action: `cloudwatch:${operation}`,
            operation,
            doing,
            verb: "GET",
            resource: "*",
            arnPrefix: "",
            restApiId,
            region: connection.region,
        }),
    };
    return {
        describeAlarms: (names) => describeAlarms(session, names),
        alarmChanges: (name, after) => alarmChanges(session, name, after),
        getMetrics: (queries, range) => getMetrics(session, queries, range),
        listMetrics: (dimensions) => listMetrics(session, dimensions),
    };
};


/***/ })

};
