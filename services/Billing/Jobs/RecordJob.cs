using System.Globalization;
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
    BillingDb db, Requests requests, Caller caller, EmploymentRecords records, ReconsiderClaimLines lines, JobSupport support, PolicyService policies,
    PersonalDataProtector protector, TimeProvider clock)
{
    private const int MostDays = 2_000;
    private const int MostTerms = 100;
    private const int HoursOfAWeek = 7 * 24;

    // SOC 2018: every second number from 11 to 55.
    private static readonly string[] OccupationGroups = [.. Enumerable.Range(0, 23).Select(i => (11 + (2 * i)).ToString(CultureInfo.InvariantCulture))];

    public Task<Result<Proto.Job>> Handle(Proto.RecordJobRequest request, CancellationToken cancellationToken) =>
        requests.Run(validateOnly: false, request.RequestId, request,
            s => records.ForNew(request.Individual, request.Provider, request.Program, (fields, today) => CheckNew(fields, request, today), s),
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
            EncryptedEmployer = Employer(request.Employer),
            RecordedAt = changes.Now,
        };
        changes.Insert(job);
        return await Finish(job, isNew: true, gathered, changes, cancellationToken);
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
        CheckEmployer(fields, request.Employer);
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
        job.EncryptedEmployer = Employer(request.Employer) ?? job.EncryptedEmployer;
        changes.Update(job);
        return await Finish(job, isNew: false, gathered, changes, cancellationToken);
    }

    // The account is read first: its version refuses the second one of two who move the same clocks.
    private async Task<Result<Decided<Proto.Job>>> Finish(
        Job job, bool isNew, EmploymentRecords.Gathered gathered, Changes changes, CancellationToken cancellationToken)
    {
        foreach (var happened in job.ToEvents(isNew))
            changes.Publish(happened);
        if (!(await lines.DecideAgain(changes, gathered.Individual, gathered.Evidence, new() { Jobs = [job] }, cancellationToken)).Is(out _, out var problem))
            return problem;
        await support.Sync(job.IndividualId, job.Provider, job.Program, new(Job: job), changes, cancellationToken);
        return new Decided<Proto.Job>(job.ToProto(protector), changes);
    }

    private byte[]? Employer(string employer) => string.IsNullOrWhiteSpace(employer) ? null : protector.Protect(employer.Trim());

    private static void CheckNew(RequestValidator fields, Proto.RecordJobRequest request, DateOnly today)
    {
        Check(fields, request.Facts, today);
        CheckEmployer(fields, request.Employer);
        fields.Require(request.Facts is not { Withdrawn: true }, "facts.withdrawn", "is set; a job that never was is not recorded");
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
        CheckTerms(fields, facts, start, end, today);
        fields.Require(facts.WorkedDays.Count <= MostDays, "facts.worked_days", $"are more than {MostDays}");
        fields.Require(facts.WorkedDays.Distinct(StringComparer.Ordinal).Count() == facts.WorkedDays.Count, "facts.worked_days", "name a day twice");
        foreach (var (i, text) in facts.WorkedDays.Take(MostDays).Index())
        {
            var day = fields.Day($"facts.worked_days[{i}]", text);
            fields.Require(day == default || (day >= start && !(day > end) && day <= today), $"facts.worked_days[{i}]",
                "lies before the job, after its end, or in the future");
        }
    }

    private static void CheckEmployer(RequestValidator fields, string employer) =>
        fields.Require(employer.Length <= 200, "employer", "is longer than 200 characters");

    /// <summary>Hours and pay by period, and what makes a job competitive by its definition: permanent, at least the minimum wage, open to anyone, not set aside.</summary>
    private static void CheckTerms(RequestValidator fields, Proto.JobFacts facts, DateOnly start, DateOnly? end, DateOnly today)
    {
        fields.Require(facts.Occupation.Length == 0 || (facts.Occupation.Length == 2 && OccupationGroups.Contains(facts.Occupation)), "facts.occupation",
            $"is no major group of the Standard Occupational Classification; send one of {string.Join(", ", OccupationGroups)}");
        var learned = fields.OptionalDay("facts.loss_learned_date", facts.LossLearnedDate);
        fields.UpTo("facts.loss_learned_date", learned, today);
        fields.Require(learned is null || end is not null, "facts.loss_learned_date", "is given without facts.end_date");
        fields.Require(!(learned < start), "facts.loss_learned_date", "lies before facts.start_date");
        fields.Require(facts.Terms.Count <= MostTerms, "facts.terms", $"are more than {MostTerms}");
        fields.Require(facts.Terms.Select(t => t.FromDate).Distinct(StringComparer.Ordinal).Count() == facts.Terms.Count, "facts.terms", "begin twice on one day");
        foreach (var (i, terms) in facts.Terms.Take(MostTerms).Index())
        {
            var from = fields.Day($"facts.terms[{i}].from_date", terms.FromDate);
            fields.Require(from == default || (from >= start && !(from > end) && from <= today), $"facts.terms[{i}].from_date",
                "lies before the job, after its end, or in the future");
            fields.Number($"facts.terms[{i}].weekly_hours", terms.WeeklyHours, 0, HoursOfAWeek);
            fields.Require(terms.HourlyWage.Length == 0 || (decimal.TryParse(terms.HourlyWage, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var wage)
                && wage is >= 0 and <= 1000 && wage == Math.Round(wage, 2)), $"facts.terms[{i}].hourly_wage",
                $"is \"{terms.HourlyWage}\"; send US dollars from 0 to 1000 with a point and up to two decimals, such as 15.25");
        }

        if (!facts.IntegratedCompetitive)
            return;
        var against = facts switch
        {
            { HasPermanent: true, Permanent: false } => "facts.permanent",
            { HasAtLeastMinimumWage: true, AtLeastMinimumWage: false } => "facts.at_least_minimum_wage",
            { HasOpenToAnyone: true, OpenToAnyone: false } => "facts.open_to_anyone",
            { HasSetAside: true, SetAside: true } => "facts.set_aside",
            _ => null,
        };
        fields.Require(against is null, "facts.integrated_competitive",
            $"is set beside {against}: a competitive job is permanent, pays at least the minimum wage, is open to anyone and is not set aside");
    }

    /// <summary>What was recorded and would be another or gone: its correction needs a reason.</summary>
    private static ReplacedFields Replaced(Proto.JobFacts before, Proto.JobFacts after) => new ReplacedFields()
        .Note(before.StartDate != after.StartDate, "start_date")
        .Note(before.EndDate.Length > 0 && before.EndDate != after.EndDate, "end_date")
        .Note(before.EndReason != Proto.JobEndReason.Unspecified && before.EndReason != after.EndReason, "end_reason")
        .Note(before.IntegratedCompetitive != after.IntegratedCompetitive, "integrated_competitive")
        .Note(before.WeeklyHours > 0 && before.WeeklyHours != after.WeeklyHours, "weekly_hours")
        .Note(before.WorkedDays.Except(after.WorkedDays, StringComparer.Ordinal).Any(), "worked_days")
        .Note(before.Occupation.Length > 0 && before.Occupation != after.Occupation, "occupation")
        .Note(before.Terms.Except(after.Terms).Any(), "terms")
        .Note(before.Disclosure != Proto.JobDisclosure.Unspecified && before.Disclosure != after.Disclosure, "disclosure")
        .Note(before.LossLearnedDate.Length > 0 && before.LossLearnedDate != after.LossLearnedDate, "loss_learned_date")
        .Note(before.HasPermanent && (!after.HasPermanent || before.Permanent != after.Permanent), "permanent")
        .Note(before.HasAtLeastMinimumWage && (!after.HasAtLeastMinimumWage || before.AtLeastMinimumWage != after.AtLeastMinimumWage), "at_least_minimum_wage")
        .Note(before.HasOpenToAnyone && (!after.HasOpenToAnyone || before.OpenToAnyone != after.OpenToAnyone), "open_to_anyone")
        .Note(before.HasSetAside && (!after.HasSetAside || before.SetAside != after.SetAside), "set_aside")
        .Note(before.Withdrawn != after.Withdrawn, "withdrawn");
}
