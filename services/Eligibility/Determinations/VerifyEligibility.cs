using Ips.Contracts;
using Ips.Policies;
using Ips.Policies.Payers;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Determinations;

/// <summary>A validated request about one day of one person.</summary>
internal sealed record DayRequest(IndividualId Individual, string Program, DateOnly Day, DateTimeOffset? KnownAt);

/// <summary>
/// Whether a person is eligible on a day of service (NC-ELIG-008): admitted on or before it, not discharged or lapsed before it, and covered on it.
/// </summary>
public sealed class VerifyEligibility(EligibilityRecords records, Caller caller, PolicyService policies, TimeProvider clock)
{
    public async Task<Result<Proto.VerifyResponse>> Handle(Proto.VerifyRequest request, CancellationToken cancellationToken)
    {
        if (!Read(request).Is(out var dayRequest, out var bad))
            return bad;
        return Answer(dayRequest, await records.Of(caller, dayRequest, cancellationToken));
    }

    /// <summary>Reads a request and names every invalid field.</summary>
    internal Result<DayRequest> Read(Proto.VerifyRequest request)
    {
        RequestValidator fields = new();
        var id = fields.Id<IndividualId>("individual", request.Individual);
        policies.Today(fields, "program", request.Program);
        var day = fields.Day("service_date", request.ServiceDate);
        var knownAt = fields.OptionalInstant("known_at", request.KnownAt, clock.GetUtcNow());
        return fields.Problem is { } bad ? bad : new DayRequest(id, request.Program, day, knownAt);
    }

    /// <summary>Answers from the record that was read for the request; the record is null when the caller may not see it.</summary>
    internal Result<Proto.VerifyResponse> Answer(DayRequest dayRequest, EligibilityRecord? record) =>
        record is not null && !(dayRequest.KnownAt < record.RecordedAt)
            ? On(policies, dayRequest, record)
            : new Problem.NotFound("individual", dayRequest.Individual.Name);

    /// <summary>The same from a record that a use case read with its other rows.</summary>
    internal static Proto.VerifyResponse On(PolicyService policies, DayRequest dayRequest, EligibilityRecord record)
    {
        // The latest decision on or before the day counts: a later no ends an earlier yes.
        var program = policies.Engine.Programs[dayRequest.Program];
        var (admission, coverage) = (record.Admission, PayerRoute.First(program.On(dayRequest.Day), record.Live, live => live.Funding));
        var end = admission?.EndKnownAt(dayRequest.KnownAt);
        var admitted = admission is { Admits: true } && !(end < dayRequest.Day);
        Proto.VerifyResponse reply = new()
        {
            Eligible = admitted && coverage is not null,
            Determination = admission is null ? "" : admission.Id.Name,
            Payer = coverage is null ? "" : new OrganizationCode(coverage.Payer).Name,
            Funding = coverage is not null && WireCode.TryRead<Contracts.Common.V1.Funding>(coverage.Funding, out var funding) ? funding : default,
            State = admission?.StateKnownAt(dayRequest.KnownAt) ?? default,
            EligibleThrough = end.Day(),
            Individual = record.IndividualId.Name,
            Reason = Reason(dayRequest.Day, admission, end, coverage),
        };
        foreach (var (payer, paidBy) in record.Live.Select(live => (live.Payer, live.Funding)).Distinct().OrderBy(live => $"{live.Payer} {live.Funding}", StringComparer.Ordinal))
        {
            reply.Coverages.Add(new Proto.LiveCoverage
            {
                Payer = new OrganizationCode(payer).Name,
                Funding = WireCode.TryRead<Contracts.Common.V1.Funding>(paidBy, out var paid) ? paid : default,
            });
        }

        if (program.RuleFor(RuleDuty.EachDateOfService) is { } rule)
        {
            reply.Findings.Add(new Finding(rule, reply.Eligible ? Verdict.Met : Verdict.NotMet, true, reply.Reason, [],
                reply.Eligible ? null : "a determination of eligible on or before the day, not ended before it, and an enrolment that covers it").ToProto());
        }

        return reply;
    }

    private static string Reason(DateOnly day, AdmissionRow? admission, DateOnly? end, CoverageRow? coverage) =>
        (admission is null ? $"no determination on or before {day.Day()}"
            : !admission.Admits ? $"determined not_eligible as of {admission.AsOf.Day()}"
            : end is { } last ? $"determined eligible as of {admission.AsOf.Day()}, {WireCode.Lower(admission.State)} with last day {last.Day()}"
            : $"determined eligible as of {admission.AsOf.Day()}")
        + (coverage is null ? $", no enrolment covers {day.Day()}" : $", enrolled from {coverage.From.Day()}");
}
