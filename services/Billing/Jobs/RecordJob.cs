using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Ips.Billing.Claims;
using Ips.Billing.Db;
using Ips.Contracts;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Billing.V1;

namespace Ips.Billing.Jobs;

/// <summary>Records a job, adds what became known about it, and corrects it with a reason.</summary>
public sealed class RecordJob(
    BillingDb db, Requests requests, Caller caller, EmploymentRecords records, ReconsiderClaimLines lines, PolicyService policies,
    PersonalDataProtector protector, TimeProvider clock)
{
    private const int MostDays = 2_000;
    private const int HoursOfAWeek = 7 * 24;

    public Task<Result<Proto.Job>> Handle(Proto.RecordJobRequest request, CancellationToken cancellationToken) =>
        requests.Run(validateOnly: false, request.RequestId, request,
            s => records.ForNew(request.Individual, request.Provider, request.Program, (fields, today) => CheckNew(fields, request.Facts, today), s),
            (gathered, _, s) => Insert(request, gathered, s),
            cancellationToken);

    public Task<Result<Proto.Job>> Handle(Proto.UpdateJobRequest request, CancellationToken cancellationToken) =>
        requests.Run(validateOnly: false, request.RequestId, request,
            s => records.ForPresent<JobId>("job", request.Name, request.Etag, request.Reason, id => db.Jobs.AsNoTracking().Where(j => j.Id == id)
                .Select(j => (IndividualId?)j.IndividualId).SingleOrDefaultAsync(s), s),
            (gathered, _, s) => Update(request, gathered, s),
            cancellationToken);

    private async Task<Result<Decided<Proto.Job>>> Insert(Proto.RecordJobRequest request, EmploymentRecords.Gathered gathered, CancellationToken cancellationToken)
    {
        Changes changes = new(clock.GetUtcNow());
        Job job = new()
        {
            Id = JobId.New(clock),
            IndividualId = gathered.Individual,
            Provider = caller.Organization!,
            Program = request.Program,
            Facts = request.Facts,
            RecordedAt = changes.Now,
        };
        changes.Insert(job);
        return (await lines.DecideAgain(changes, gathered.Individual, gathered.Evidence, new() { Jobs = [job] }, cancellationToken))
            .Then(_ => new Decided<Proto.Job>(job.ToProto(protector), changes));
    }

    private async Task<Result<Decided<Proto.Job>>> Update(Proto.UpdateJobRequest request, EmploymentRecords.Gathered gathered, CancellationToken cancellationToken)
    {
        // read
        RequestValidator fields = new();
        var id = fields.Id<JobId>("name", request.Name);
        var job = await db.Jobs.AsNoTracking().SingleAsync(j => j.Id == id, cancellationToken);

        // decide
        if (!job.Expects(request.Etag))
            return new Problem.Stale("job", request.Name);
        Check(fields, request.Facts, policies.Today(job.Program)!.Value);
        var replaced = request.Facts is { } facts ? Replaced(job.Facts!, facts) : new();
        replaced.RequireReason(fields, request.Reason);
        if (fields.Problem is { } bad)
            return bad;
        Changes changes = new(clock.GetUtcNow());
        if (replaced.Any)
        {
            var history = job.Corrections(protector);
            history.Corrections.Add(new Proto.JobCorrection { Before = job.Facts, Reason = request.Reason.Trim(), CorrectTime = changes.Now.ToTimestamp() });
            job.EncryptedCorrections = protector.Protect(JsonFormatter.Default.Format(history));
        }

        job.Facts = request.Facts;
        changes.Update(job);
        return (await lines.DecideAgain(changes, gathered.Individual, gathered.Evidence, new() { Jobs = [job] }, cancellationToken))
            .Then(_ => new Decided<Proto.Job>(job.ToProto(protector), changes));
    }

    private static void CheckNew(RequestValidator fields, Proto.JobFacts? facts, DateOnly today)
    {
        Check(fields, facts, today);
        fields.Require(facts is not { Withdrawn: true }, "facts.withdrawn", "is set; a job that never was is not recorded");
    }

    private static void Check(RequestValidator fields, Proto.JobFacts? facts, DateOnly today)
    {
        if (facts is null)
        {
            fields.Wrong("facts", "are missing; send at least facts.start_date");
            return;
        }

        var start = fields.Day("facts.start_date", facts.StartDate);
        var end = fields.OptionalDay("facts.end_date", facts.EndDate);
        fields.Require(start <= today, "facts.start_date", "lies in the future; a job is recorded when it has started");
        fields.UpTo("facts.end_date", end, today);
        fields.Require(!(end < start), "facts.end_date", "lies before facts.start_date");
        fields.Require(facts.EndReason == Proto.JobEndReason.Unspecified || end is not null, "facts.end_reason", "is given without facts.end_date");
        fields.Number("facts.weekly_hours", facts.WeeklyHours, 0, HoursOfAWeek);
        fields.Require(facts.WorkedDays.Count <= MostDays, "facts.worked_days", $"are more than {MostDays}");
        fields.Require(facts.WorkedDays.Distinct(StringComparer.Ordinal).Count() == facts.WorkedDays.Count, "facts.worked_days", "name a day twice");
        foreach (var (i, text) in facts.WorkedDays.Take(MostDays).Index())
        {
            var day = fields.Day($"facts.worked_days[{i}]", text);
            fields.Require(day == default || (day >= start && !(day > end) && day <= today), $"facts.worked_days[{i}]",
                "lies before the job, after its end, or in the future");
        }
    }

    /// <summary>What was recorded and would be another or gone: its correction needs a reason.</summary>
    private static ReplacedFields Replaced(Proto.JobFacts before, Proto.JobFacts after) => new ReplacedFields()
        .Note(before.StartDate != after.StartDate, "start_date")
        .Note(before.EndDate.Length > 0 && before.EndDate != after.EndDate, "end_date")
        .Note(before.EndReason != Proto.JobEndReason.Unspecified && before.EndReason != after.EndReason, "end_reason")
        .Note(before.IntegratedCompetitive != after.IntegratedCompetitive, "integrated_competitive")
        .Note(before.WeeklyHours > 0 && before.WeeklyHours != after.WeeklyHours, "weekly_hours")
        .Note(before.WorkedDays.Except(after.WorkedDays, StringComparer.Ordinal).Any(), "worked_days")
        .Note(before.Withdrawn != after.Withdrawn, "withdrawn");
}
