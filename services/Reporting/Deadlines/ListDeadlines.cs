using Ips.Contracts;
using Ips.Reporting.Dashboards;
using Ips.Reporting.Db;
using Proto = Ips.Contracts.Reporting.V1;

namespace Ips.Reporting.Deadlines;

/// <summary>Lists deadlines, soonest first; days are counted from today in each one's program.</summary>
public sealed class ListDeadlines(ReportingDb db, ProgramDays days, Caller caller)
{
    public async Task<Result<Proto.ListDeadlinesResponse>> Handle(Proto.ListDeadlinesRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        fields.Require(request.Program.Length == 0 || days.Knows(request.Program), "program",
            "is not a program; send one of " + string.Join(", ", days.Programs));
        var from = fields.OptionalDay("from", request.From) ?? (request.Program.Length == 0 ? days.EarliestToday() : days.Today(request.Program));
        var through = fields.OptionalDay("through", request.Through);
        var provider = fields.OptionalId<OrganizationCode>("provider", request.Provider)?.Value;
        var page = Paging.ReadByCode(
            fields, request.PageSize, request.PageToken, $"deadlines {request.Program} {request.From} {request.Through} {request.Provider}");
        if (fields.Problem is { } bad)
            return bad;
        if (Span.Refused(caller, provider) is { } refused)
            return refused;

        var open = db.OpenDeadlines(request.Program.Length == 0 ? null : request.Program, provider, caller).Where(f => f.DueOn >= from);
        if (through is { } last)
            open = open.Where(f => f.DueOn <= last);
        var (found, next) = await open.ToPage(page, cancellationToken, f => f.DueOn, f => f.EventId, f => f.Topic);
        return new Proto.ListDeadlinesResponse { Deadlines = { found.Select(f => f.ToProto(days.Today(f.Program ?? ""))) }, NextPageToken = next };
    }
}
