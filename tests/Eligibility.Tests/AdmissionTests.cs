using System.Security.Cryptography;
using System.Text;
using Grpc.Core;
using Xunit;
using Verdict = Ips.Contracts.Common.V1.Verdict;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Tests;

/// <summary>Registration and admission of people.</summary>
[Collection("eligibility")]
public sealed class AdmissionTests(EligibilityService service)
{
    [Fact]
    public async Task A_person_with_every_fact_is_admitted_and_the_stored_receipt_has_its_hash()
    {
        var one = await (await PersonBuilder.Register(service)).WithFacts();
        var made = await one.Determinations.DetermineAsync(one.Determination(), one.AsProvider);
        Assert.Equal((Proto.DeterminationState.Eligible, Verdict.Met), (made.State, made.Decision.Verdict));
        Assert.All(made.Decision.Findings, f => Assert.NotEmpty(f.Citation.Section));
        Assert.Equal(made, await one.Determinations.GetDeterminationAsync(new() { Name = made.Name }, one.AsPayer));
        Assert.Equal(made, Assert.Single((await one.Determinations.ListDeterminationsAsync(new() { Individual = one.Name }, one.AsProvider)).Determinations));

        // The row stores the hash of the receipt as it was returned, and the receipt encrypted: a reason may name the day on which an age is reached.
        Assert.Equal(made.Decision.ReceiptSha256, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(made.Decision.ReceiptJson))));
        Assert.Equal(made.Decision.ReceiptSha256, await service.Scalar($"select encode(receipt_sha256, 'hex') from decisions where id = '{made.Decision.DecisionId}'"));
        Assert.Equal(0x84, ((byte[])(await service.Scalar($"select receipt from decisions where id = '{made.Decision.DecisionId}'"))!)[0]);
        Assert.Equal(1, await service.Count($"outbox_rows where subject = '{made.Name}'"));

        var verified = await one.Determinations.VerifyAsync(new() { Individual = one.Name, Program = "nc-core", ServiceDate = service.Day() },
            service.As(Roles.Ops, "platform"));
        Assert.Equal((true, made.Name, $"organizations/{one.Payer}"), (verified.Eligible, verified.Determination, verified.Payer));
        var before = await one.Determinations.VerifyAsync(new() { Individual = one.Name, Program = "nc-core", ServiceDate = service.Day(-1) }, one.AsProvider);
        Assert.False(before.Eligible);
        Assert.Equal(Verdict.NotMet, Assert.Single(before.Findings, f => f.RuleId == "NC-ELIG-008").Verdict);
    }

    [Fact]
    public async Task A_denial_is_a_response_with_the_criterion_not_an_error()
    {
        var one = await (await PersonBuilder.Register(service)).WithFacts(declinesBhServices: true);
        var made = await one.Determinations.DetermineAsync(one.Determination(), one.AsProvider);
        Assert.Equal((Proto.DeterminationState.NotEligible, Verdict.NotMet), (made.State, made.Decision.Verdict));
        var no = Assert.Single(made.Decision.Findings, f => f.RuleId == "NCC-ELIG-006");
        Assert.Equal(Verdict.NotMet, no.Verdict);
        Assert.NotEmpty(no.Reason);
        Assert.Equal(1, await service.Count($"decisions where id = '{made.Decision.DecisionId}' and verdict = 'NotMet'"));
        Assert.False((await one.Determinations.VerifyAsync(new() { Individual = one.Name, Program = "nc-core", ServiceDate = service.Day() }, one.AsProvider))
            .Eligible);
    }

    [Fact]
    public async Task Missing_facts_are_named_and_do_not_deny()
    {
        var one = await PersonBuilder.Register(service);
        var made = await one.Determinations.DetermineAsync(one.Determination(), one.AsProvider);
        Assert.Equal((Proto.DeterminationState.EvidencePending, Verdict.NeedsFacts), (made.State, made.Decision.Verdict));
        Assert.Contains(made.Decision.Findings, f => f.MissingFacts.Contains("diagnoses"));
        Assert.DoesNotContain(made.Decision.Findings, f => f is { Verdict: Verdict.NotMet, Deciding: true });
    }

    [Fact]
    public async Task A_person_is_found_by_identifier_and_registered_once_per_agency_even_concurrently()
    {
        var one = await PersonBuilder.Register(service);
        var found = await one.Individuals.FindIndividualAsync(new() { Identifier = new() { System = "medicaid-nc", Value = one.Identifier } }, one.AsProvider);
        Assert.Equal((one.Name, "Quillgiven", "1991-07-23"), (found.Name, found.GivenName, found.BirthDate));
        var again = await service.RefusedWithoutTrace(async () => await one.Individuals.RegisterIndividualAsync(one.Registration(), one.AsProvider));
        Assert.Equal(StatusCode.AlreadyExists, again.Code);
        Assert.DoesNotContain(one.Identifier, again.Message);

        var fresh = one.Registration();
        fresh.Identifiers[0].Value = EligibilityService.NewCode("member");
        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(async _ =>
        {
            var mine = fresh.Clone();
            mine.RequestId = EligibilityService.NewId();
            try
            {
                return (await one.Individuals.RegisterIndividualAsync(mine, one.AsProvider)).Name;
            }
            catch (RpcException e) when (e.StatusCode is StatusCode.AlreadyExists or StatusCode.Aborted)
            {
                return "";
            }
        }));
        Assert.Single(answers, a => a.Length > 0);
        Assert.Equal(2, (await one.Individuals.ListIndividualsAsync(new() { Provider = $"organizations/{one.Provider}" }, one.AsProvider)).Individuals.Count);
    }

    [Fact]
    public async Task The_table_contains_no_readable_personal_data()
    {
        var one = await (await PersonBuilder.Register(service)).WithFacts();
        var denied = PersonBuilder.Approval(await one.Requested(), overriding: "");
        (denied.Outcome, denied.RuleId, denied.Reason, denied.ReasonCode) =
            (Proto.AuthorizationOutcome.Deny, "NC-AUTH-005", "Quillreason in the payer's words", Proto.PayerReasonCode.RequestLate);
        var answer = await one.Authorizations.DecideAuthorizationAsync(denied, one.AsPayer);
        Assert.Equal((Proto.AuthorizationState.Denied, "Quillreason in the payer's words"), (answer.State, answer.PayerReason));

        foreach (var table in new[] { "individuals", "individual_identifiers", "authorizations", "outbox_rows", "decisions", "answered_requests" })
        {
            // A row as text shows byte columns as hex, so the test searches for both forms.
            foreach (var secret in new[] { "Quillgiven", "Quillfamily", "1991-07-23", one.Identifier, "Quillreason" })
            {
                var hex = Convert.ToHexStringLower(Encoding.UTF8.GetBytes(secret));
                Assert.True(await service.Count($"{table} t where t::text ilike '%{secret}%' or t::text ilike '%{hex}%'") == 0, $"{table} holds {secret}");
            }
        }
        Assert.Equal(1, await service.Count($"individuals where id = '{one.Name["individuals/".Length..]}' and length(personal_data) > 60"));
    }

    [Fact]
    public async Task The_migrations_match_the_model() =>
        Assert.False(await service.WithDb(
            db => Task.FromResult(Microsoft.EntityFrameworkCore.RelationalDatabaseFacadeExtensions.HasPendingModelChanges(db.Database))));
}
