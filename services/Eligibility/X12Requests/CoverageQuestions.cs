using Ips.Contracts;
using Ips.Eligibility.Db;
using Ips.Eligibility.Determinations;
using Ips.Eligibility.Fhir;
using Ips.X12;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.X12Requests;

/// <summary>
/// A 270 becomes the question of Verify for the first day that it names, and its answer a 271: whether the payer covers the person, from when to when, and whether a
/// program admits the person to IPS.
/// </summary>
internal sealed class CoverageQuestions(
    EligibilityDb db, BusinessIdentifiers identifiers, Lazy<VerifyEligibility> verify, AuditTrail audit, TimeProvider clock)
{
    private const int MostPeople = 99;

    /// <summary>The answer.</summary>
    public async Task<EligibilityAnswer> Answer(CoverageRequest request, CancellationToken cancellationToken)
    {
        EligibilityAnswer answer = new(request.Envelope, request.Reference, request.Payer, [], []) { Requester = request.Requester };
        if (await identifiers.CodeOf(Partners.Organization(request.Payer), isAgency: false, clock.UtcDay(), cancellationToken) is not { } payer)
            return answer with { Refusals = [new("T4", "C")] };
        if (request.Questions.Count > MostPeople)
            return answer with { Refusals = [new("33", "C")] };
        List<PersonCoverage> people = [];
        foreach (var question in request.Questions)
            people.Add(await Answer(question, payer, cancellationToken));
        return answer with { People = people };
    }

    private async Task<PersonCoverage> Answer(CoverageQuestion question, string payer, CancellationToken cancellationToken)
    {
        PersonCoverage coverage = new(question.Person is null ? null : question.Person with { Entity = "IL" }, question.BirthDate, question.Traces, [], [], []);
        // Every person here is a subscriber: Medicaid and state funds have no dependents.
        if (question.IsDependent || question.Person?.Id is null)
            return coverage with { Refusals = [new(question.IsDependent ? "33" : "72", "C")] };
        var (person, unknown) = await identifiers.Person(Partners.Patient(question.Person, question.BirthDate), null, "", cancellationToken);
        if (person is null)
            return coverage with { Refusals = [new(unknown!.Code, "C")] };
        await audit.Read([person.Id], cancellationToken);
        var day = question.Service?.From ?? clock.UtcDay();
        var through = question.Service?.Through ?? day;
        List<CoveredSpan> spans = [.. person.Spans.Where(s => s.Payer == payer).OrderBy(s => s.From)];
        var during = spans.FindAll(s => s.From <= through && !(s.Through < day));
        return coverage with
        {
            Benefits = during.Count > 0
                ? [.. during.Select(Active), .. await Programs(person.Id, day, cancellationToken)]
                : [new("6", null, ["30"], null, null, null, null, null,
                    spans.FindLast(s => s.Through < day) is { Through: { } last } ? [new("347", new(last, last))] : [], [])],
        };
    }

    private static Benefit Active(CoveredSpan span) => new("1", null, ["30"], null, null, null, null, null,
        [span.Through is { } end && end > span.From ? new("291", new(span.From, end)) : new(span.Through is null ? "346" : "291", new(span.From, span.From))], []);

    /// <summary>What Verify says of each program that decided about the person: mental health is the kind of service (MH).</summary>
    private async Task<List<Benefit>> Programs(IndividualId person, DateOnly day, CancellationToken cancellationToken)
    {
        var programs = await db.Determinations.AsNoTracking().Where(d => d.IndividualId == person).Select(d => d.Program).Distinct().OrderBy(p => p)
            .ToListAsync(cancellationToken);
        List<Benefit> benefits = [];
        foreach (var program in programs)
        {
            Proto.VerifyRequest request = new() { Individual = person.Name, Program = program, ServiceDate = day.Day() };
            if ((await verify.Value.Handle(request, cancellationToken)).Is(out var verified, out _))
                benefits.Add(new(verified.Eligible ? "1" : "6", null, ["MH"], null, $"IPS {program}", null, null, null, [], [verified.Reason]));
        }

        return benefits;
    }
}
