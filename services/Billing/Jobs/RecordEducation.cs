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
    BillingDb db, Requests requests, Caller caller, EligibilityClient eligibility, ReconsiderClaimLines lines, PolicyService policies,
    PersonalDataProtector protector, TimeProvider clock)
{
    private const int MostMonths = 120;

    private sealed record Gathered(IndividualId Individual, ReconsiderClaimLines.Evidence Evidence);

    public Task<Result<Proto.Education>> Handle(Proto.RecordEducationRequest request, CancellationToken cancellationToken) =>
        requests.Run(validateOnly: false, request.RequestId, request, s => Gather(request, s), (gathered, _, s) => Insert(request, gathered, s),
            cancellationToken);

    public Task<Result<Proto.Education>> Handle(Proto.UpdateEducationRequest request, CancellationToken cancellationToken) =>
        requests.Run(validateOnly: false, request.RequestId, request, s => Gather(request, s), (gathered, _, s) => Update(request, gathered, s),
            cancellationToken);

    private async Task<Result<Gathered>> Gather(Proto.RecordEducationRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var individual = fields.Id<IndividualId>("individual", request.Individual);
        var provider = fields.Organization("provider", request.Provider);
        var today = policies.Today(fields, "program", request.Program);
        Check(fields, request.Facts, today == default ? DateOnly.MaxValue : today);
        fields.Require(request.Facts is not { Withdrawn: true }, "facts.withdrawn", "is set; an education that never was is not recorded");
        if (fields.Problem is { } bad)
            return bad;
        if (provider != caller.Organization)
            return new Problem.Forbidden("a provider records education of people of its own organization");
        // Whether the person is the caller's: a foreign one is not found.
        if (!(await eligibility.Verify(individual, request.Program, today, cancellationToken)).Is(out _, out var problem))
            return problem;
        var account = await db.Account(individual, provider, cancellationToken);
        return (await lines.Gather([account.IndividualId], cancellationToken)).Then(evidence => new Gathered(account.IndividualId, evidence));
    }

    private async Task<Result<Decided<Proto.Education>>> Insert(
        Proto.RecordEducationRequest request, Gathered gathered, CancellationToken cancellationToken)
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
        return (await lines.DecideAgain(changes, gathered.Individual, gathered.Evidence, new() { Educations = [education] }, cancellationToken))
            .Then(_ => new Decided<Proto.Education>(education.ToProto(protector), changes));
    }

    private async Task<Result<Gathered>> Gather(Proto.UpdateEducationRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var id = fields.Id<EducationId>("name", request.Name);
        fields.Require(request.Etag.Length > 0, "etag", "is missing; send the etag last read");
        fields.Require(request.Reason.Length <= 500, "reason", "is longer than 500 characters");
        if (fields.Problem is { } bad)
            return bad;
        return await db.Educations.AsNoTracking().SingleOrDefaultAsync(e => e.Id == id, cancellationToken) is { } education
            ? (await lines.Gather([education.IndividualId], cancellationToken)).Then(evidence => new Gathered(education.IndividualId, evidence))
            : new Problem.NotFound("education", request.Name);
    }

    private async Task<Result<Decided<Proto.Education>>> Update(
        Proto.UpdateEducationRequest request, Gathered gathered, CancellationToken cancellationToken)
    {
        // read
        RequestValidator fields = new();
        var id = fields.Id<EducationId>("name", request.Name);
        var education = await db.Educations.AsNoTracking().SingleAsync(e => e.Id == id, cancellationToken);

        // decide
        if (!education.Expects(request.Etag))
            return new Problem.Stale("education", request.Name);
        Check(fields, request.Facts, policies.Today(education.Program)!.Value);
        var replaced = request.Facts is { } facts ? Replaced(education.Facts!, facts) : [];
        fields.Require(replaced.Count == 0 || !string.IsNullOrWhiteSpace(request.Reason), "reason",
            $"is missing; what was recorded changes with a reason: {string.Join(", ", replaced)}");
        if (fields.Problem is { } bad)
            return bad;
        Changes changes = new(clock.GetUtcNow());
        if (replaced.Count > 0)
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

        education.Facts = request.Facts;
        changes.Update(education);
        return (await lines.DecideAgain(changes, gathered.Individual, gathered.Evidence, new() { Educations = [education] }, cancellationToken))
            .Then(_ => new Decided<Proto.Education>(education.ToProto(protector), changes));
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
        fields.Require(!(completed > today), "facts.completed_date", "lies in the future; send a day up to today");
        fields.Require(!(proof > today), "facts.proof_date", "lies in the future; send a day up to today");
        fields.Require(completed is null || !facts.LeftEarly, "facts.left_early", "is set beside facts.completed_date; one of them is wrong");
        fields.Number("facts.program_months", facts.ProgramMonths, 0, MostMonths);
    }

    /// <summary>What was recorded and would be another or gone: its correction needs a reason.</summary>
    private static List<string> Replaced(Proto.EducationFacts before, Proto.EducationFacts after)
    {
        List<string> replaced = [];
        Note(before.Kind != after.Kind, "kind");
        Note(before.EnrolledDate != after.EnrolledDate, "enrolled_date");
        Note(before.ProgramMonths > 0 && before.ProgramMonths != after.ProgramMonths, "program_months");
        Note(before.CompletedDate.Length > 0 && before.CompletedDate != after.CompletedDate, "completed_date");
        Note(before.LeftEarly && !after.LeftEarly, "left_early");
        Note(before.SemesterEndDate.Length > 0 && before.SemesterEndDate != after.SemesterEndDate, "semester_end_date");
        Note(before.ProofDate.Length > 0 && before.ProofDate != after.ProofDate, "proof_date");
        Note(before.HasLinkedToCareerGoal && (!after.HasLinkedToCareerGoal || before.LinkedToCareerGoal != after.LinkedToCareerGoal), "linked_to_career_goal");
        Note(before.HasLeadsToEmployment && (!after.HasLeadsToEmployment || before.LeadsToEmployment != after.LeadsToEmployment), "leads_to_employment");
        Note(before.Withdrawn != after.Withdrawn, "withdrawn");
        return replaced;

        void Note(bool differs, string field)
        {
            if (differs)
                replaced.Add(field);
        }
    }
}
