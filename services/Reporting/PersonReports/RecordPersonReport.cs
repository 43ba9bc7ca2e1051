using Ips.Contracts;
using Ips.Platform.Decisions;
using Ips.Reporting.Db;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Reporting.V1;

namespace Ips.Reporting.PersonReports;

/// <summary>Records a checklist or an assessment about a person, or that one is due: a change of status, or a correction that the payer requests.</summary>
public sealed class RecordPersonReport(
    ReportingDb db, PersonSchedule schedule, PolicyService policies, Requests requests, Caller caller, TimeProvider clock)
{
    public Task<Result<Proto.PersonReport>> Handle(Proto.RecordPersonReportRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var today = policies.Today(fields, "program", request.Program);
        var named = fields.Id<IndividualId>("individual", request.Individual);
        fields.Choice("kind", request.Kind);
        var (trigger, done) = (fields.OptionalDay("trigger_on", request.TriggerOn), fields.OptionalDay("done_on", request.DoneOn));
        fields.UpTo("trigger_on", trigger, today);
        fields.UpTo("done_on", done, today);
        var triggered = PersonReport.HasTrigger(request.Kind);
        fields.Require(request.Kind == default || triggered == trigger is not null, "trigger_on",
            triggered ? "is missing; send the day of the change of status or of the request" : "is given; the first day of service makes this one due");
        fields.Require(triggered || done is not null, "done_on", "is missing; send the day on which it was sent or taken");
        fields.Require(!(done < trigger), "done_on", "lies before trigger_on");
        if (fields.Problem is { } bad)
            return Task.FromResult<Result<Proto.PersonReport>>(bad);
        return requests.Run<Proto.PersonReport>(request.ValidateOnly, request.RequestId, request, async (store, s) =>
        {
            // read
            var person = await db.Survivor(named, s);
            var served = await db.Served(request.Program, caller.Organization!, person, s);
            if (!served.TryGetValue(person, out var firstService))
                return new Problem.NotFound("individual", request.Individual);
            var recorded = (await db.Recorded(request.Program, s))[person].ToList();
            if (recorded.Find(r => r.Kind == request.Kind && r.TriggerOn == trigger && (r.DoneOn == done || triggered)) is { } same)
                return new Problem.Exists("person report", same.Id.Name);

            // decide
            Changes changes = new(clock.GetUtcNow());
            PersonReport row = new()
            {
                Id = PersonReportId.New(clock),
                Provider = caller.Organization!,
                Program = request.Program,
                IndividualId = person,
                Kind = request.Kind,
                TriggerOn = trigger,
                DoneOn = done,
                RecordedAt = changes.Now,
            };
            return Answer(row, firstService, [.. recorded, row]).Then(reply =>
            {
                changes.Insert(row);
                if (!store)
                    (reply.Name, reply.Etag) = ("", "");
                return new Decided<Proto.PersonReport>(reply, changes);
            });
        }, cancellationToken);
    }

    public Task<Result<Proto.PersonReport>> Handle(Proto.CompletePersonReportRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var id = fields.Id<PersonReportId>("name", request.Name);
        fields.Require(request.Etag.Length > 0, "etag", "is missing; send the etag last read");
        var done = fields.Day("done_on", request.DoneOn);
        if (fields.Problem is { } bad)
            return Task.FromResult<Result<Proto.PersonReport>>(bad);
        return requests.Run<Proto.PersonReport>(request.ValidateOnly, request.RequestId, request, async (_, s) =>
        {
            // read
            if (await db.PersonReports.AsNoTracking().SingleOrDefaultAsync(r => r.Id == id, s) is not { } row)
                return new Problem.NotFound("person report", request.Name);
            if (!row.Expects(request.Etag))
                return new Problem.Stale("person report", request.Name);
            if (row.DoneOn is not null)
                return new Problem.Conflict("person-report-state", "it was done before; record the next one");
            if (Problem.Invalid.IfAhead("done_on", done, policies.Today(row.Program)!.Value) is { } ahead)
                return ahead;
            if (Problem.Invalid.IfBefore("done_on", done, row.TriggerOn!.Value, "the day that made it due") is { } before)
                return before;
            var served = await db.Served(row.Program, row.Provider, row.IndividualId, s);

            // decide
            row.DoneOn = done;
            Changes changes = new(clock.GetUtcNow());
            changes.Update(row);
            return Answer(row, served.GetValueOrDefault(row.IndividualId), [row]).Then(reply => new Decided<Proto.PersonReport>(reply, changes));
        }, cancellationToken);
    }

    // An assessment has no row of its own in the schedule: the answer is the schedule with it.
    private Result<Proto.PersonReport> Answer(PersonReport row, DateOnly? firstService, IReadOnlyList<PersonReport> recorded)
    {
        var items = schedule.Of(row.Program, row.IndividualId, firstService, recorded).ToList();
        return items.Find(r => row.Kind == Proto.PersonReportKind.NcTopps ? r.Kind == row.Kind : r.Name == row.Id.Name)
            ?? items.Find(r => r.Kind == row.Kind)
            ?? (Result<Proto.PersonReport>)new Problem.Invalid("kind", $"is no report of {row.Program}");
    }
}
