using Ips.Billing.Db;
using Ips.Contracts;
using Ips.Policies;
using Ips.Policies.Payers;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Billing.V1;

namespace Ips.Billing.Claims;

/// <summary>Shows who pays a milestone or service on its day, with the rules. It decides and stores nothing.</summary>
public sealed class RoutePayer(BillingDb db, Caller caller, EligibilityClient eligibility, MilestoneReader milestones, PolicyService policies)
{
    public async Task<Result<Proto.PayerRouting>> Handle(Proto.RoutePayerRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var individual = fields.Id<IndividualId>("individual", request.Individual);
        var today = policies.Today(fields, "program", request.Program);
        var day = fields.Day("service_date", request.ServiceDate);
        var number = fields.Number("milestone_number", request.MilestoneNumber, 0, 9);
        var chosen = fields.Coverage("coverage", request.Coverage);
        if (today != default)
        {
            fields.UpTo("service_date", day, today);
            fields.Require(PayerRouteDecision.Kind.AppliesTo(policies.Engine.Programs[request.Program]), "program", "has no decision payer-route");
        }

        if (fields.Problem is { } bad)
            return bad;

        // gather
        if (!(await eligibility.Verify(individual, request.Program, day, cancellationToken)).Is(out var verified, out var problem))
            return problem;

        // read
        var person = (await db.Account(individual, caller.Organization, cancellationToken)).IndividualId;
        var vr = await Vr(person, request.Program, number, cancellationToken);

        // decide
        var coverage = DayCoverage.Of(verified, policies.TextOn(request.Program, day), chosen);
        if (chosen is { } choice && !coverage.Live.Contains(choice))
            return Routes.NotLive("coverage", coverage);
        PayerRouteFacts facts = new()
        {
            ServiceDate = day,
            Milestone = number == 0 ? null : number,
            Coverages = coverage.Facts ?? [],
            CoverageChosen = coverage.ChosenFact,
            VrStatus = vr.Status,
            VrNonFundingDocumentDate = vr.Document,
        };
        return policies.Decide(request.Program, PayerRouteDecision.Kind, today, facts).Then(decision => new Proto.PayerRouting
        {
            Route = Routes.Show(coverage.Payer, coverage.Funding, decision.Value<string>("payer") ?? "", coverage.Chosen),
            Decision = decision.ToProto(stored: false),
            Coverages = { coverage.Live.Select(live => live.ToProto()) },
        });
    }

    private async Task<VrStanding> Vr(IndividualId person, string program, int number, CancellationToken cancellationToken)
    {
        if (number is not (3 or 4 or 5))
            return default;
        var stated = await db.Milestones.Where(m => m.IndividualId == person && m.Program == program && m.Number == number)
            .OrderByDescending(m => m.Id).Select(m => m.Evidence).FirstOrDefaultAsync(cancellationToken);
        return VrStanding.Of(await milestones.Cases(person, program, null, cancellationToken), stated);
    }
}

/// <summary>Who pays, as the contract shows it.</summary>
internal static class Routes
{
    /// <summary>Reads the coverage that a person chose; null where none is sent.</summary>
    public static PayerCoverage? Coverage(this RequestValidator fields, string field, Proto.ChosenCoverage? chosen)
    {
        if (chosen is null)
            return null;
        fields.Choice($"{field}.funding", chosen.Funding);
        return new PayerCoverage(fields.Organization($"{field}.payer", chosen.Payer), chosen.Funding);
    }

    /// <summary>A choice that covers the person on no day of the line.</summary>
    public static Problem NotLive(string field, DayCoverage coverage) => new Problem.Invalid(field, coverage.Live.Count == 0
        ? "is chosen, and no coverage is live on the day"
        : $"is not live on the day; live are {string.Join(", ", coverage.Live.Select(c => $"{new OrganizationCode(c.Payer).Name} {WireCode.Lower(c.Funding)}"))}");

    public static Proto.PayerRoute Show(string payer, Contracts.Common.V1.Funding funding, string paidBy, bool chosen) =>
        new() { Payer = payer.Length == 0 ? "" : new OrganizationCode(payer).Name, Funding = funding, PaidBy = paidBy, Chosen = chosen };
}
