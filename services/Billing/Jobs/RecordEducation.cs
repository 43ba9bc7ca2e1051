using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Ips.Billing.Claims;
using Ips.Billing.Db;
using Ips.Contracts;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Billing.V1;

namespace Ips.Billing.Jobs;

/// <summary>Records an education, adds what became known about it, and corrects it with a reason.</summary>
public sealed class RecordEducation(
    BillingDb db, Requests requests, Caller caller, EmploymentRecords records, ReconsiderClaimLines lines, PolicyService policies,
    PersonalDataProtector protector, TimeProvider clock)
{
    private const int MostMonths = 120;
    private const int MostTerms = 60;
    private const int MostCredits = 100;

    public Task<Result<Proto.Education>> Handle(Proto.RecordEducationRequest request, CancellationToken cancellationToken) =>
        requests.Run(validateOnly: false, request.RequestId, request,
            s => records.ForNew(request.Individual, request.Provider, request.Program, (fields, today) => CheckNew(fields, request.Facts, today), s),
            (gathered, _, s) => Insert(request, gathered, s),
            cancellationToken);

    public Task<Result<Proto.Education>> Handle(Proto.UpdateEducationRequest request, CancellationToken cancellationToken) =>
        requests.Run(validateOnly: false, request.RequestId, request,
            s => records.ForPresent<EducationId>("education", request.Name, request.Etag, request.Reason, id => db.Educations.AsNoTracking().Where(e => e.Id == id)
                .Select(e => (IndividualId?)e.IndividualId).SingleOrDefaultAsync(s), s),
            (gathered, _, s) => Update(request, gathered, s),
            cancellationToken);

    private async Task<Result<Decided<Proto.Education>>> Insert(
        Proto.RecordEducationRequest request, EmploymentRecords.Gathered gathered, CancellationToken cancellationToken)
    {
        Changes changes = new(clock.GetUtcNow());
        Education education = new()
        {
            Id = EducationId.New(clock),
            IndividualId = gathered.Individual,
            Provider = caller.Organization!,
            Program = request.Program,
            Facts = request.Facts,
            RecordedAt = changes.Now,
        };
        changes.Insert(education);
        if (education.ToEvent(null) is { } happened)
            changes.Publish(happened);
        return (await lines.DecideAgain(changes, gathered.Individual, gathered.Evidence, new() { Educations = [education] }, cancellationToken))
            .Then(_ => new Decided<Proto.Education>(education.ToProto(protector), changes));
    }

    private async Task<Result<Decided<Proto.Education>>> Update(
        Proto.UpdateEducationRequest request, EmploymentRecords.Gathered gathered, CancellationToken cancellationToken)
    {
        // read
        RequestValidator fields = new();
        var id = fields.Id<EducationId>("name", request.Name);
        var education = await db.Educations.AsNoTracking().SingleAsync(e => e.Id == id, cancellationToken);

        // decide
        if (!education.Expects(request.Etag))
            return new Problem.Stale("education", request.Name);
        Check(fields, request.Facts, policies.Today(education.Program)!.Value);
        var replaced = request.Facts is { } facts ? Replaced(education.Facts!, facts) : new();
        replaced.RequireReason(fields, request.Reason);
        if (fields.Problem is { } bad)
            return bad;
        Changes changes = new(clock.GetUtcNow());
        if (replaced.Any)
        {
            var history = education.Corrections(protector);
            history.Corrections.Add(new Proto.EducationCorrection
            {
                Before = education.Facts,
                Reason = request.Reason.Trim(),
                CorrectTime = changes.Now.ToTimestamp(),
            });
            education.EncryptedCorrections = protector.Protect(JsonFormatter.Default.Format(history));
        }

        var before = education.Facts;
        education.Facts = request.Facts;
        changes.Update(education);
        if (education.ToEvent(before) is { } happened)
            changes.Publish(happened);
        return (await lines.DecideAgain(changes, gathered.Individual, gathered.Evidence, new() { Educations = [education] }, cancellationToken))
            .Then(_ => new Decided<Proto.Education>(education.ToProto(protector), changes));
    }

    private static void CheckNew(RequestValidator fields, Proto.EducationFacts? facts, DateOnly today)
    {
        Check(fields, facts, today);
        fields.Require(facts is not { Withdrawn: true }, "facts.withdrawn", "is set; an education that never was is not recorded");
    }

    private static void Check(RequestValidator fields, Proto.EducationFacts? facts, DateOnly today)
    {
        if (facts is null)
        {
            fields.Wrong("facts", "are missing; send at least facts.kind and facts.enrolled_date");
            return;
        }

        fields.Choice("facts.kind", facts.Kind);
        var enrolled = fields.Day("facts.enrolled_date", facts.EnrolledDate);
        var completed = fields.OptionalDay("facts.completed_date", facts.CompletedDate);
        var proof = fields.OptionalDay("facts.proof_date", facts.ProofDate);
        fields.OptionalDay("facts.semester_end_date", facts.SemesterEndDate);
        fields.Require(enrolled <= today, "facts.enrolled_date", "lies in the future; an education is recorded when it has started");
        fields.UpTo("facts.completed_date", completed, today);
        fields.UpTo("facts.proof_date", proof, today);
        fields.Require(completed is null || !facts.LeftEarly, "facts.left_early", "is set beside facts.completed_date; one of them is wrong");
        fields.Require(facts.Terms.Count <= MostTerms, "facts.terms", $"are more than {MostTerms}");
        foreach (var (i, term) in facts.Terms.Take(MostTerms).Index())
        {
            var start = fields.Day($"facts.terms[{i}].start_date", term.StartDate);
            var end = fields.OptionalDay($"facts.terms[{i}].end_date", term.EndDate);
            fields.Require(start == default || start >= enrolled, $"facts.terms[{i}].start_date", "lies before facts.enrolled_date");
            fields.Require(!(end < start), $"facts.terms[{i}].end_date", "lies before its start_date");
            fields.Number($"facts.terms[{i}].credits", term.Credits, 0, MostCredits);
        }

        fields.Number("facts.program_months", facts.ProgramMonths, 0, MostMonths);
    }

    /// <summary>What was recorded and would be another or gone: its correction needs a reason.</summary>
    private static ReplacedFields Replaced(Proto.EducationFacts before, Proto.EducationFacts after) => new ReplacedFields()
        .Note(before.Kind != after.Kind, "kind")
        .Note(before.EnrolledDate != after.EnrolledDate, "enrolled_date")
        .Note(before.ProgramMonths > 0 && before.ProgramMonths != after.ProgramMonths, "program_months")
        .Note(before.CompletedDate.Length > 0 && before.CompletedDate != after.CompletedDate, "completed_date")
        .Note(before.LeftEarly && !after.LeftEarly, "left_early")
        .Note(before.SemesterEndDate.Length > 0 && before.SemesterEndDate != after.SemesterEndDate, "semester_end_date")
        .Note(before.ProofDate.Length > 0 && before.ProofDate != after.ProofDate, "proof_date")
        .Note(before.HasLinkedToCareerGoal && (!after.HasLinkedToCareerGoal || before.LinkedToCareerGoal != after.LinkedToCareerGoal), "linked_to_career_goal")
        .Note(before.HasLeadsToEmployment && (!after.HasLeadsToEmployment || before.LeadsToEmployment != after.LeadsToEmployment), "leads_to_employment")
        .Note(before.Terms.Except(after.Terms).Any(), "terms")
        .Note(before.Withdrawn != after.Withdrawn, "withdrawn");
}
