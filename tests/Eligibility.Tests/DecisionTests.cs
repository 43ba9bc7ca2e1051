using System.Net;
using Grpc.Core;
using Ips.Contracts.Common.V1;
using Xunit;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Tests;

/// <summary>Stored decisions: computed again to the same bytes, explained in plain words, shown to callers who may see the person.</summary>
[Collection("eligibility")]
public sealed class DecisionTests(EligibilityService service)
{
    private Proto.Decisions.DecisionsClient Decisions => new(service.Channel);

    private Metadata Ops => service.As(Roles.Ops, "platform");

    [Fact]
    public async Task Every_kind_of_stored_decision_replays_to_the_same_bytes()
    {
        var episode = await EpisodeBuilder.Eligible(service);
        var one = episode.One;
        var order = await one.ServiceOrders.SignServiceOrderAsync(one.Signature(await one.Draft()), one.AsProvider);
        var authorization = await one.Requested();
        var referral = await one.Referrals.CreateReferralAsync(one.Referral(), one.AsProvider);
        var open = await EpisodeBuilder.Open(service, "la-lhcc");
        foreach (var decision in new[]
        {
            episode.Now.Decision, order.Decision, authorization.Decision, referral.Decision, (await open.Deny(Proto.DenialReason.Homelessness)).Decision,
            (await episode.Continue(new() { ChangeGoal = Proto.ChangeGoal.Advance })).Decision, (await episode.Reverify(service.Day())).Decision,
            (await episode.Discharge(EpisodeBuilder.OwnRequest())).Decision,
        })
        {
            var replay = await Decisions.ReplayDecisionAsync(new() { Name = $"decisions/{decision.DecisionId}" }, Ops);
            Assert.Equal((ReplayOutcome.Same, "", decision.ReceiptSha256, decision.ReceiptSha256),
                (replay.Outcome, replay.Why, replay.StoredSha256, replay.ReplayedSha256));
            Assert.Equal((decision.Question, decision.PackVersion, decision.PackHash), (replay.Question, replay.PackVersion, replay.PackHash));
            // Each names what it rested on.
            Assert.Equal(1, await service.Count($"decisions where id = '{decision.DecisionId}' and cardinality(rests_on) > 0 "
                + "and cardinality(rests_on) = cardinality(rests_on_versions)"));
        }
    }

    [Fact]
    public async Task A_decision_keeps_the_versions_of_what_it_rested_on_and_is_found_by_them()
    {
        var episode = await EpisodeBuilder.Eligible(service);
        var one = episode.One;
        var order = await one.ServiceOrders.SignServiceOrderAsync(one.Signature(await one.Draft()), one.AsProvider);
        var authorization = await one.Requested();
        var referral = await one.Referrals.CreateReferralAsync(one.Referral(), one.AsProvider);
        var assessment = (await one.Record(new() { Assessment = new() { CompletedOn = service.Day(-3), AssessorScopeIncludesDiagnosis = true } })).Name;
        var diagnosis = Assert.Single(await one.History(standing: true), f => f.Diagnosis is not null);
        Assert.Equal([(episode.Now.Decision.DecisionId, 1)], await Dependents(diagnosis.Name));
        Assert.Empty(await Dependents(assessment));
        // A decision on an order or a request rests on it, and is found by its name.
        Assert.Equal(order.Decision.DecisionId, (await Dependents(order.Name))[0].Id);
        Assert.Equal(authorization.Decision.DecisionId, (await Dependents(authorization.Name))[0].Id);
        Assert.Equal(referral.Decision.DecisionId, (await Dependents(referral.Name))[0].Id);

        // What is decided after the correction rests on the new version; the first decision shows that it was taken before.
        await one.Correct(diagnosis, Records.Diagnosis(Proto.DiagnosisClass.Spmi, service.Day(-80), primary: true));
        var again = await one.Determinations.DetermineAsync(one.Determination(), one.AsProvider);
        Assert.Equal([(again.Decision.DecisionId, 2), (episode.Now.Decision.DecisionId, 1)], (await Dependents(diagnosis.Name))
            .Where(d => d.Id == again.Decision.DecisionId || d.Id == episode.Now.Decision.DecisionId).OrderByDescending(d => d.Version));
        Assert.Equal(again.Decision.DecisionId, (await Dependents(assessment))[0].Id);
        Assert.Empty(await Dependents(diagnosis.Name, service.As(Roles.Provider, EligibilityService.NewCode("agency"))));
        Assert.Contains("record", (await service.RefusedWithoutTrace(() => Dependents("facts/one"))).Fields);

        async Task<List<(string Id, int Version)>> Dependents(string record, Metadata? who = null) =>
            [.. (await Decisions.ListDependentsAsync(new() { Record = record }, who ?? one.AsProvider)).Dependents
                .Select(d => (d.Decision["decisions/".Length..], d.Version))];
    }

    [Theory]
    [InlineData("facts = (select facts from decisions where id = '{1}')", ReplayOutcome.Differs, "another receipt")]
    [InlineData("receipt = (select receipt from decisions where id = '{1}')", ReplayOutcome.Differs, "not the one that was hashed")]
    [InlineData("receipt = '\\x84000000000000'", ReplayOutcome.Cannot, "cannot be decrypted")]
    [InlineData("pack_version = '1999-01-01.1', pack_hash = decode(repeat('00', 32), 'hex')", ReplayOutcome.Cannot, "1999-01-01.1 (000000000000) was never released")]
    public async Task A_changed_decision_or_one_that_cannot_be_replayed_is_reported(string change, ReplayOutcome outcome, string why)
    {
        var one = await (await PersonBuilder.Register(service)).WithFacts();
        var stored = await one.Determinations.DetermineAsync(one.Determination(), one.AsProvider);
        var other = await one.Determinations.DetermineAsync(one.Determination("nc-state"), one.AsProvider);
        await service.Scalar($"update decisions set {change.Replace("{1}", await Bare(), StringComparison.Ordinal)} where id = '{stored.Decision.DecisionId}'");
        var replay = await Decisions.ReplayDecisionAsync(new() { Name = $"decisions/{stored.Decision.DecisionId}" }, one.AsProvider);
        Assert.Equal(outcome, replay.Outcome);
        Assert.Contains(why, replay.Why);
        Assert.Equal(ReplayOutcome.Same, (await Decisions.ReplayDecisionAsync(new() { Name = $"decisions/{other.Decision.DecisionId}" }, one.AsProvider))
            .Outcome);

        async Task<string> Bare() => (await EpisodeBuilder.Open(service, "nc-core")).Now.Decision.DecisionId;
    }

    [Fact]
    public async Task A_denial_is_explained_with_its_reason_its_source_its_remedy_and_the_next_step()
    {
        var one = await (await PersonBuilder.Register(service)).WithFacts(declinesBhServices: true);
        var made = await one.Determinations.DetermineAsync(one.Determination(), one.AsProvider);
        DecisionRequest request = new() { Name = $"decisions/{made.Decision.DecisionId}" };
        var letter = await Decisions.ExplainDecisionAsync(request, one.AsPayer);
        Assert.Equal(letter, await Decisions.ExplainDecisionAsync(request, one.AsProvider));

        var no = Assert.Single(made.Decision.Findings, f => f.RuleId == "NCC-ELIG-006");
        Assert.Contains($"with first service on {service.Clock.GetUtcNow().ToString("MMMM d, yyyy", System.Globalization.CultureInfo.InvariantCulture)}?",
            letter.Text);
        Assert.Contains("The answer\nNo.\n", letter.Text);
        Assert.Contains($"Written in: {no.Citation.Document}, {no.Citation.Section} (NCC-ELIG-006).", letter.Text);
        Assert.Contains("What would change it: The person accepting behavioural-health services", letter.Text);
        Assert.Contains("The next step\nIf something above is wrong", letter.Text);
        Assert.True(letter.Text.IndexOf("(NCC-ELIG-006)", StringComparison.Ordinal) < letter.Text.IndexOf("What is met already", StringComparison.Ordinal));

        // Nothing that only a program reads: no fact names, no codes with underscores, no days as numbers, no name of the person.
        var words = string.Join('\n', letter.Text.Split('\n').Where(l => !l.StartsWith("   Written in:", StringComparison.Ordinal)));
        Assert.DoesNotMatch(@"\b[a-z]+[A-Z]\w*", words);
        Assert.DoesNotContain("_", words);
        Assert.DoesNotMatch(@"\d{4}-\d{2}-\d{2}[^.]", words);
        Assert.DoesNotContain("Quill", letter.Text);
    }

    /// <summary>The rules check the request and leave the decision to the payer: what the payer decided is the answer of the letter.</summary>
    [Fact]
    public async Task The_letter_about_a_request_gives_the_answer_of_the_payer()
    {
        var one = await (await PersonBuilder.Register(service)).WithFacts();
        var denied = await one.Requested();
        Assert.Contains(
            "The answer\nThere is no answer yet: the request is complete, and the payer decides on it.\nThe rules alone: Yes.\n", await Letter(denied));
        await one.Authorizations.DecideAuthorizationAsync(
            PersonBuilder.Ruling(denied, Proto.AuthorizationOutcome.Deny, "NC-AUTH-005"), one.AsPayer);
        var letter = await Letter(denied);
        Assert.Contains("The answer\nNo. The payer denied the request.\nThe reason given: Said by the reviewer "
            + "(NC-AUTH-005: what was sent does not support this many units or this span)\n", letter);
        Assert.Contains("The next step\nYou can ask the payer to reconsider, or appeal. No text of the program sets a day", letter);
        Assert.DoesNotContain("No step is needed", letter);

        var two = await (await PersonBuilder.Register(service)).WithFacts();
        Assert.Contains("The answer\nYes: the payer approved ", await Letter(await two.Approved()));

        async Task<string> Letter(Proto.Authorization about) => (await Decisions.ExplainDecisionAsync(
            new() { Name = $"decisions/{about.Decision.DecisionId}" }, service.As(Roles.Provider, about.Provider["organizations/".Length..]))).Text;
    }

    [Fact]
    public async Task A_decision_without_facts_names_the_unknown_facts_and_a_forbidden_reason_is_explained()
    {
        var episode = await EpisodeBuilder.Open(service, "nc-state");
        var open = await Decisions.ExplainDecisionAsync(new() { Name = $"decisions/{episode.Now.Decision.DecisionId}" }, episode.One.AsProvider);
        Assert.Contains("There is no answer yet: something is not known.", open.Text);
        Assert.Contains("Not known yet: assessment date.", open.Text);
        var denial = await episode.Deny(Proto.DenialReason.ActiveSymptoms);
        var refused = await Decisions.ExplainDecisionAsync(new() { Name = denial.DecisionName }, episode.One.AsProvider);
        Assert.Contains("No one may be refused for this reason.", refused.Text);
    }

    [Fact]
    public async Task A_caller_who_may_not_see_the_person_sees_no_decision_and_operations_replays_without_reading()
    {
        var one = await (await PersonBuilder.Register(service)).WithFacts();
        var requested = await one.Requested();
        DecisionRequest request = new() { Name = $"decisions/{requested.Decision.DecisionId}" };
        Assert.Equal(requested.Decision, await Decisions.GetDecisionAsync(request, one.AsPayer));
        foreach (var foreign in new[] { service.As(Roles.Provider, "agency-foreign"), service.As(Roles.Mco, "payer-foreign") })
        {
            Assert.Equal(StatusCode.NotFound, (await EligibilityService.Refused(async () => await Decisions.GetDecisionAsync(request, foreign))).Code);
            Assert.Equal(StatusCode.NotFound, (await EligibilityService.Refused(async () => await Decisions.ReplayDecisionAsync(request, foreign))).Code);
            Assert.Equal(StatusCode.NotFound, (await EligibilityService.Refused(async () => await Decisions.ExplainDecisionAsync(request, foreign))).Code);
        }

        foreach (var closed in new[] { Ops, one.AsDvrs, service.As(Roles.State, "nc-dhhs") })
            Assert.Equal(StatusCode.PermissionDenied, (await EligibilityService.Refused(async () => await Decisions.ExplainDecisionAsync(request, closed)))
                .Code);
        Assert.Equal("name", Assert.Single(
            (await EligibilityService.Refused(async () => await Decisions.GetDecisionAsync(new() { Name = "decisions/7" }, one.AsProvider))).Fields));

        using var http = service.Http(Roles.Provider, one.Provider);
        using var answer = await http.GetAsync($"/v1/{request.Name}:explain");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Contains("The next step", await answer.Content.ReadAsStringAsync());
    }
}
