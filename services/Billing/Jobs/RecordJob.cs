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
    BillingDb db, Requests requests, Caller caller, EligibilityClient eligibility, ReconsiderClaimLines lines, PolicyService policies,
    PersonalDataProtector protector, TimeProvider clock)
{
    private const int MostDays = 2_000;
    private const int HoursOfAWeek = 7 * 24;

    private sealed record Gathered(IndividualId Individual, ReconsiderClaimLines.Evidence Evidence);

    public Task<Result<Proto.Job>> Handle(Proto.RecordJobRequest request, CancellationToken cancellationToken) =>
        requests.Run(validateOnly: false, request.RequestId, request, s => Gather(request, s), (gathered, _, s) => Insert(request, gathered, s),
            cancellationToken);

    public Task<Result<Proto.Job>> Handle(Proto.UpdateJobRequest request, CancellationToken cancellationToken) =>
        requests.Run(validateOnly: false, request.RequestId, request, s => Gather(request, s), (gathered, _, s) => Update(request, gathered, s),
            cancellationToken);

    private async Task<Result<Gathered>> Gather(Proto.RecordJobRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var individual = fields.Id<IndividualId>("individual", request.Individual);
        var provider = fields.Organization("provider", request.Provider);
        var today = policies.Today(fields, "program", request.Program);
        Check(fields, request.Facts, today == default ? DateOnly.MaxValue : today);
        fields.Require(request.Facts is not { Withdrawn: true }, "facts.withdrawn", "is set; a job that never was is not recorded");
        if (fields.Problem is { } bad)
            return bad;
        if (provider != caller.Organization)
            return new Problem.Forbidden("a provider records jobs of people of its own organization");
        // Whether the person is the caller's: a foreign one is not found.
        if (!(await eligibility.Verify(individual, request.Program, today, cancellationToken)).Is(out _, out var problem))
            return problem;
        var account = await db.Account(individual, provider, cancellationToken);
        return (await lines.Gather([account.IndividualId], cancellationToken)).Then(evidence => new Gathered(account.IndividualId, evidence));
    }

    private async Task<Result<Decided<Proto.Job>>> Insert(Proto.RecordJobRequest request, Gathered gathered, CancellationToken cancellationToken)
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

    private async Task<Result<Gathered>> Gather(Proto.UpdateJobRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var id = fields.Id<JobId>("name", request.Name);
        fields.Require(request.Etag.Length > 0, "etag", "is missing; send the etag last read");
        fields.Require(request.Reason.Length <= 500, "reason", "is longer than 500 characters");
        if (fields.Problem is { } bad)
            return bad;
        return await db.Jobs.AsNoTracking().SingleOrDefaultAsync(j => j.Id == id, cancellationToken) is { } job
            ? (await lines.Gather([job.IndividualId], cancellationToken)).Then(evidence => new Gathered(job.IndividualId, evidence))
            : new Problem.NotFound("job", request.Name);
    }

    private async Task<Result<Decided<Proto.Job>>> Update(Proto.UpdateJobRequest request, Gathered gathered, CancellationToken cancellationToken)
    {
        // read
        RequestValidator fields = new();
        var id = fields.Id<JobId>("name", request.Name);
        var job = await db.Jobs.AsNoTracking().SingleAsync(j => j.Id == id, cancellationToken);

        // decide
        if (!job.Expects(request.Etag))
            return new Problem.Stale("job", request.Name);
        Check(fields, request.Facts, policies.Today(job.Program)!.Value);
        var replaced = request.Facts is { } facts ? Replaced(job.Facts!, facts) : [];
        fields.Require(replaced.Count == 0 || !string.IsNullOrWhiteSpace(request.Reason), "reason",
            $"is missing; what was recorded changes with a reason: {string.Join(", ", replaced)}");
        if (fields.Problem is { } bad)
            return bad;
        Changes changes = new(clock.GetUtcNow());
        if (replaced.Count > 0)
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
        fields.Require(!(end > today), "facts.end_date", "lies in the future; send a day up to today");
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
    private static List<string> Replaced(Proto.JobFacts before, Proto.JobFacts after)
    {
        List<string> replaced = [];
        Note(before.StartDate != after.StartDate, "start_date");
        Note(before.EndDate.Length > 0 && before.EndDate != after.EndDate, "end_date");
        Note(before.EndReason != Proto.JobEndReason.Unspecified && before.EndReason != after.EndReason, "end_reason");
        Note(before.IntegratedCompetitive != after.IntegratedCompetitive, "integrated_competitive");
        Note(before.WeeklyHours > 0 && before.WeeklyHours != after.WeeklyHours, "weekly_hours");
        Note(before.WorkedDays.Except(after.WorkedDays, StringComparer.Ordinal).Any(), "worked_days");
        Note(before.Withdrawn != after.Withdrawn, "withdrawn");
        return replaced;

        void Note(bool differs, string field)
        {
            if (differs)
                replaced.Add(field);
        }
    }
}
