using Grpc.Core;
using Ips.Policies;
using Ips.Testing;
using Xunit;
using Verdict = Ips.Contracts.Common.V1.Verdict;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Tests;

/// <summary>A test here names every rule that this service is responsible for, and covers those without a use case of their own.</summary>
[Collection("eligibility")]
public sealed class CatalogueTests(EligibilityService service)
{
    [Fact]
    public void A_test_names_every_rule_of_Eligibility_in_the_packs()
    {
        var tests = string.Concat(Directory.EnumerateFiles(Path.Combine(Checkout.Root, "tests", "Eligibility.Tests"), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains("/obj/", StringComparison.Ordinal)).Select(File.ReadAllText));
        var rules = PolicyEngine.Shipped.Programs.Values.SelectMany(program => program.Rules).Where(rule => rule.Service == "Eligibility")
            .Select(rule => rule.Id.Value).Distinct().ToList();
        Assert.True(rules.Count >= 92, $"{rules.Count} rules of Eligibility were found in the packs");
        Assert.DoesNotContain(rules, rule => !tests.Contains(rule, StringComparison.Ordinal)
            && !tests.Contains(rule.Replace('-', '_'), StringComparison.Ordinal));
    }

    // What a competitive job is, what IPS is, what ranks above a clinical policy, what the network requires of its providers: a person reads the text and
    // decides. The platform stores the rule by which the payer decided, where its program has that rule, and nowhere else.
    [Theory]
    [InlineData("NC-DEF-002", "nc-state", "la-acla", Proto.AuthorizationOutcome.Deny, Proto.AuthorizationState.Denied)]
    [InlineData("NC-DEF-002", "nc-core", "la-lhcc", Proto.AuthorizationOutcome.Deny, Proto.AuthorizationState.Denied)]
    [InlineData("NCC-COLL-004", "nc-core", "nc-state", Proto.AuthorizationOutcome.Pend, Proto.AuthorizationState.PendedInfo)]
    [InlineData("LA-DEF-001", "la-acla", "nc-state", Proto.AuthorizationOutcome.Deny, Proto.AuthorizationState.Denied)]
    [InlineData("LA-DEF-001", "la-lhcc", "nc-core", Proto.AuthorizationOutcome.Deny, Proto.AuthorizationState.Denied)]
    [InlineData("ACLA-HIST-002", "la-acla", "la-lhcc", Proto.AuthorizationOutcome.Modify, Proto.AuthorizationState.Modified)]
    [InlineData("LHCC-HIST-004", "la-lhcc", "la-acla", Proto.AuthorizationOutcome.Modify, Proto.AuthorizationState.Modified)]
    public async Task A_rule_that_a_person_decides_is_a_ground_of_the_payers_decision_in_its_programs_only(
        string rule, string program, string elsewhere, Proto.AuthorizationOutcome outcome, Proto.AuthorizationState state)
    {
        var one = await (await PersonBuilder.Register(service)).WithFacts();
        var decided = await one.Authorizations.DecideAuthorizationAsync(
            PersonBuilder.Ruling(await one.Send(await RequestIn(one, program)), outcome, rule), one.AsPayer);
        Assert.Equal((state, rule), (decided.State, decided.PayerRuleId));
        Assert.Equal((state, rule), ((await one.Again(decided)).State, (await one.Again(decided)).PayerRuleId));

        var two = await (await PersonBuilder.Register(service)).WithFacts();
        var ruling = PersonBuilder.Ruling(await two.Send(await RequestIn(two, elsewhere)), outcome, rule);
        var refused = await service.RefusedWithoutTrace(async () => await two.Authorizations.DecideAuthorizationAsync(ruling, two.AsPayer));
        Assert.Equal((StatusCode.InvalidArgument, "rule_id"), (refused.Code, Assert.Single(refused.Fields)));
    }

    [Fact]
    public async Task Everyone_is_referred_to_VR_and_only_a_documented_declined_offer_replaces_it_NCC_ELIG_005()
    {
        const string Rule = "NCC-ELIG-005";
        var sent = await PersonBuilder.Register(service);
        Assert.Equal(Verdict.Met, Of((await sent.Referrals.CreateReferralAsync(sent.Referral(), sent.AsProvider)).Decision, Rule));

        var declined = await PersonBuilder.Register(service);
        var offer = await declined.Referrals.CreateReferralAsync(declined.Referral(sent: false), declined.AsProvider);
        Assert.Equal(Verdict.NotMet, Of(offer.Decision, Rule));
        var answer = await declined.Referrals.DeclineReferralAsync(
            new() { Name = offer.Name, Etag = offer.Etag, OfferDocumentedDate = service.Day(), RequestId = EligibilityService.NewId() }, declined.AsProvider);
        Assert.Equal(Verdict.Met, Of(answer.Decision, Rule));

        // The state's program has its own rule for the same duty, and not the contract's.
        var state = await PersonBuilder.Register(service);
        var request = state.Referral();
        request.Program = "nc-state";
        var referral = await state.Referrals.CreateReferralAsync(request, state.AsProvider);
        Assert.Equal(Verdict.Met, Of(referral.Decision, "NC-DVRS-001"));
        Assert.DoesNotContain(referral.Decision.Findings, f => f.RuleId == Rule);
    }

    [Fact]
    public async Task A_VR_finding_is_recorded_by_its_day_and_no_admission_waits_for_it_MO_VR_001_MO_VR_002()
    {
        var one = await (await PersonBuilder.Register(service)).WithFacts();
        var made = await one.Determined("mo-dmh-vr", service.Day());
        Assert.Equal((Proto.DeterminationState.Eligible, Verdict.Met), (made.State, Of(made.Decision, "MO-VR-002")));
        foreach (var absent in new[] { false, true })
        {
            var found = await one.Record(Records.Service(Proto.OtherServiceKind.VrCase, service.Day(absent ? -3 : 0), absent: absent));
            Assert.Equal((service.Day(absent ? -3 : 0), absent), (found.OtherService.From, found.OtherService.Absent));
            Assert.Equal(Verdict.Met, Of((await one.Determined("mo-dmh-vr", service.Day())).Decision, "MO-VR-002"));
        }
    }

    private static async Task<Proto.RequestAuthorizationRequest> RequestIn(PersonBuilder one, string program)
    {
        var request = program.StartsWith("la-", StringComparison.Ordinal)
            ? await one.RequestOf(Proto.AuthorizationKind.LaPriorAuth, 40, 90) : await one.Request(Proto.AuthorizationKind.Ips, 40);
        request.Program = program;
        return request;
    }

    private static Verdict Of(Contracts.Common.V1.Decision decision, string rule) => Assert.Single(decision.Findings, f => f.RuleId == rule).Verdict;
}
