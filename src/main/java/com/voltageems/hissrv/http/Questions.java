package com.voltageems.hissrv.http;

import com.voltageems.hissrv.backup.StoredDays;
import com.voltageems.hissrv.correct.Corrections;
import com.voltageems.hissrv.correct.Deletions;
import com.voltageems.hissrv.query.CompletenessQuery;
import com.voltageems.hissrv.query.ExplainQuery;
import com.voltageems.hissrv.query.HistoryQuery;
import com.voltageems.hissrv.query.InventoryQuery;
import com.voltageems.hissrv.query.LatestQuery;
import com.voltageems.hissrv.query.LiveFeed;
import com.voltageems.hissrv.query.PointQuery;
import com.voltageems.hissrv.verify.VerifyQuery;

/** What answers questions about history, and changes it. */
public record Questions(
    HistoryQuery history,
    PointQuery points,
    InventoryQuery inventory,
    LatestQuery latest,
    ExplainQuery explain,
    LiveFeed live,
    CompletenessQuery completeness,
    VerifyQuery verify,
    StoredDays days,
    Corrections corrections,
    Deletions deletions) {}
