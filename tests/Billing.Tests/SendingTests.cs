using Grpc.Core;
using Ips.Testing;
using Xunit;
using Proto = Ips.Contracts.Billing.V1;

namespace Ips.Billing.Tests;

/// <summary>Lines become claims in a file, each once, and what cannot be sent is named.</summary>
[Collection("cash")]
public sealed class SendingTests(CashService cash)
{
    [Fact]
    public async Task A_ready_line_becomes_a_claim_in_a_sound_file()
    {
        var payer = await cash.Payer();
        var (individual, _) = await cash.Insured(payer);
        var line = await cash.ReadyLine(individual);
        cash.Staff.Particulars[cash.Esp] = new() { GivenName = "Sealed", FamilyName = "Specialist", Npi = "1245319599" };
        var request = cash.Batch(payer);
        request.ValidateOnly = true;
        var tried = await cash.Batches.CreateClaimBatchAsync(request, cash.Us);
        Assert.Equal((1, "", 0), (tried.Claims, tried.Name, tried.ControlNumber));
        request.ValidateOnly = false;
        var batch = await cash.Batches.CreateClaimBatchAsync(request, cash.Us);
        Assert.Equal((1, "2000.00", Proto.ClaimBatchState.Stored), (batch.Claims, batch.Charge.Amount, batch.State));
        Assert.Equal(batch, await cash.Batches.CreateClaimBatchAsync(request, cash.Us));
        Assert.Equal(batch, await cash.Batches.GetClaimBatchAsync(new() { Name = batch.Name }, cash.Us));
        Assert.Contains(batch, (await cash.Batches.ListClaimBatchesAsync(new(), cash.Us)).ClaimBatches);

        var file = await cash.Batches.DownloadClaimBatchAsync(new() { Name = batch.Name }, cash.Us);
        Assert.Equal(batch.Sha256, Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(file.Content.Span)));
        var sent = Assert.Single(await cash.InFile(batch));
        var claim = Assert.Single((await cash.Batches.ListClaimsAsync(new() { ClaimLine = line.Name }, cash.Us)).Claims);
        Assert.Equal((claim.Number, "1", "12", "ALN000123", "F209"), (sent.Claim, sent.Frequency, "12", sent.Authorization, sent.Diagnoses[0]));
        Assert.Equal(("SEALED-O'NUNEZ", "ZOE", "945000001K", "F", "277010001"),
            (sent.Subscriber.LastName, sent.Subscriber.FirstName, sent.Subscriber.MemberId, sent.Subscriber.Gender, sent.Billing.Address!.PostalCode));
        Assert.Equal(("MC", CashService.Npi, "1245319599", "99"), (sent.Payer.FilingIndicator, sent.Billing.Npi, sent.Rendering!.Npi, sent.Place));
        Assert.Equal(("H2023 U4 Z2", 2000m, 1m, claim.LineControl),
            (sent.Lines[0].Procedure.ToString(), sent.Lines[0].Charge, sent.Lines[0].Units, sent.Lines[0].LineControl));
        Assert.Equal(("2025-06-02", Proto.ClaimState.Batched, individual), (claim.FileThrough, claim.State, claim.Individual));
        // Nothing of the person stands anywhere in the clear.
        var everything = await cash.Everything();
        Assert.DoesNotContain("NUNEZ", everything, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("945000001K", everything);
        Assert.DoesNotContain("F20", everything);

        batch = await cash.Batches.MarkClaimBatchSentAsync(new() { Name = batch.Name, Etag = batch.Etag, RequestId = BillingService.NewId() }, cash.Us);
        Assert.Equal((Proto.ClaimBatchState.Sent, Proto.ClaimState.Sent), (batch.State, (await cash.Claim(claim)).State));
        await cash.Batches.MarkClaimBatchSentAsync(new() { Name = batch.Name, Etag = batch.Etag, RequestId = BillingService.NewId() }, cash.Us)
            .Refused(StatusCode.FailedPrecondition);
        // The line is in a claim: nothing is left to send, and it is not voided behind the claim's back.
        Assert.Equal((0, ""), ((await cash.Batches.CreateClaimBatchAsync(cash.Batch(payer), cash.Us)) is var none ? none.Claims : -1, none.Name));
        var named = await cash.Batches.CreateClaimBatchAsync(cash.Batch(payer, line.Name), cash.Us);
        Assert.Contains("in a claim that is sent", Assert.Single(named.LeftOut).Reason);
        line = await cash.Claims.GetClaimLineAsync(new() { Name = line.Name }, cash.Us);
        await cash.Claims.VoidClaimLineAsync(new() { Name = line.Name, Etag = line.Etag, RequestId = BillingService.NewId() }, cash.Us)
            .Refused(StatusCode.FailedPrecondition);
        Assert.Equal(2, await cash.Count("outbox_rows", $"subject = '{claim.Name}' and type = 'ips.billing.claim-moved.v1'"));
    }

    [Theory]
    [InlineData("individual.identifiers", "no member id")]
    [InlineData("individual.contacts", "no address on the day")]
    [InlineData("individual.birth_date", "no birth date")]
    [InlineData("claim_facts.diagnoses", "no diagnosis on the day")]
    [InlineData("2300 CLM", "no authorization number")]
    [InlineData("staff.particulars.npi", "a wrong NPI of the staff member")]
    [InlineData("2400", "past the filing limit")]
    public async Task What_cannot_be_sent_is_named_and_the_rest_goes(string place, string what)
    {
        var payer = await cash.Payer();
        var (good, _) = await cash.Insured(payer);
        var (bad, person) = await cash.Insured(payer, facts: what is not ("no diagnosis on the day" or "no authorization number"));
        var line = await cash.ReadyLine(bad);
        var other = await cash.ReadyLine(good);
        var ahead = TimeSpan.Zero;
        try
        {
            switch (what)
            {
                case "no member id": person.Record!.Identifiers[0].System = "another"; break;
                case "no address on the day": person.Record!.Contacts[0].Through = "2025-03-03"; break;
                case "no birth date": person.Record!.BirthDate = ""; break;
                case "no diagnosis on the day": await cash.Facts(bad, from: "2025-03-05"); break;
                case "no authorization number": await cash.Facts(bad, authorization: ""); break;
                case "a wrong NPI of the staff member":
                    cash.Staff.Particulars[cash.Esp] = new()
                    {
                        GivenName = "A",
                        FamilyName = "B",
                        Npi = "1234567890"
                    }; break;
                default: Ahead(84); break;
            }

            var late = what == "past the filing limit";
            if (late)
            {
                // Day 90 is in time.
                var request = cash.Batch(payer);
                request.ValidateOnly = true;
                Assert.Equal(2, (await cash.Batches.CreateClaimBatchAsync(request, cash.Us)).Claims);
                Ahead(1);
            }

            var prediction = (await cash.Batches.ListClaimPredictionsAsync(new() { Payer = $"organizations/{payer}", Program = "nc-core" }, cash.Us))
                .ClaimPredictions.Single(p => p.ClaimLine == line.Name);
            Assert.False(prediction.Pays);
            Assert.Equal(late ? "CO 29" : "CO 16", prediction.Adjustment);
            Assert.Contains(prediction.CannotBeSent, f => f.Place.StartsWith(place, StringComparison.Ordinal));
            var batch = await cash.Batches.CreateClaimBatchAsync(cash.Batch(payer), cash.Us);
            var findings = batch.LeftOut.Where(f => f.ClaimLine == line.Name).ToList();
            Assert.Contains(findings, f => f.Place.StartsWith(place, StringComparison.Ordinal) && f.Reason.Length > 0 && f.Fix.Length > 0);
            var staff = what == "a wrong NPI of the staff member";
            Assert.Equal(late || staff ? 0 : 1, batch.Claims);
            if (batch.Claims == 1)
                Assert.Equal(other.Name, Assert.Single((await cash.Batches.ListClaimsAsync(new() { ClaimBatch = batch.Name }, cash.Us)).Claims).ClaimLine);
        }
        finally
        {
            cash.Clock.Advance(-ahead);
            cash.Staff.Particulars.Clear();
        }

        void Ahead(int days)
        {
            cash.Clock.Advance(TimeSpan.FromDays(days));
            ahead += TimeSpan.FromDays(days);
        }
    }

    [Fact]
    public async Task A_line_that_will_be_denied_is_predicted_with_its_code_and_clause()
    {
        var payer = await cash.Payer();
        var (individual, person) = await cash.Insured(payer);
        var milestone = await cash.Submitted(BillingService.Second(individual));
        person.Authorized = ("2025-01-01", "2025-03-03", 1);
        var refused = await cash.Claimed(cash.Line(milestone.Name));
        var (paid, _) = await cash.Insured(payer);
        var ready = await cash.ReadyLine(paid);
        var predictions = (await cash.Batches.ListClaimPredictionsAsync(new() { Payer = $"organizations/{payer}", Program = "nc-core" },
            cash.Us)).ClaimPredictions;
        Assert.Equal([ready.Name, refused.Name], predictions.Select(p => p.ClaimLine));
        Assert.Equal((true, "2000.00", ""), (predictions[0].Pays, predictions[0].Amount.Amount, predictions[0].Adjustment));
        Assert.Equal((false, "0.00", "CO 197"), (predictions[1].Pays, predictions[1].Amount.Amount, predictions[1].Adjustment));
        var clause = predictions[1].Findings.Single(f => f.RuleId == "NCC-MS-02c");
        Assert.True(clause.Citation is not null && clause.Reason.Length > 0);
    }

    [Fact]
    public async Task A_line_is_unsent_until_its_file_is_handed_over()
    {
        var payer = await cash.Payer();
        var (individual, _) = await cash.Insured(payer);
        var line = await cash.ReadyLine(individual);
        Proto.ListClaimLinesRequest unsent = new() { Individual = individual, State = Proto.ClaimLineState.Ready, Unsent = true };
        var batch = await cash.Batches.CreateClaimBatchAsync(cash.Batch(payer), cash.Us);
        Assert.Equal(line.Name, Assert.Single((await cash.Claims.ListClaimLinesAsync(unsent, cash.Us)).ClaimLines).Name);
        await cash.Batches.MarkClaimBatchSentAsync(new() { Name = batch.Name, Etag = batch.Etag, RequestId = BillingService.NewId() }, cash.Us);
        Assert.Empty((await cash.Claims.ListClaimLinesAsync(unsent, cash.Us)).ClaimLines);
        Assert.Equal(["unsent"], (await cash.Claims.ListClaimLinesAsync(unsent, cash.As(Roles.Mco, payer)).Refused(StatusCode.InvalidArgument)).Fields());
    }

    [Fact]
    public async Task Of_two_batches_at_once_a_line_is_in_one_and_no_number_is_used_twice()
    {
        var payer = await cash.Payer();
        for (var i = 0; i < 3; i++)
            await cash.ReadyLine((await cash.Insured(payer)).Name);
        var batches = await Task.WhenAll(Enumerable.Range(0, 4).Select(async _ => await cash.Batches.CreateClaimBatchAsync(cash.Batch(payer), cash.Us)));
        Assert.Equal(3, batches.Sum(b => b.Claims));
        Assert.Equal(3, await cash.Count("claims", $"payer = '{payer}'"));
        var stored = batches.Where(b => b.Name.Length > 0).ToList();
        Assert.Equal(stored.Count, stored.Select(b => b.ControlNumber).Distinct().Count());
        Assert.Equal(3, await cash.Count($"(select distinct number from claims where payer = '{payer}') n"));
    }

    [Fact]
    public async Task A_batch_that_is_torn_at_the_commit_leaves_nothing_and_loses_no_number()
    {
        var payer = await cash.Payer();
        await cash.ReadyLine((await cash.Insured(payer)).Name);
        var before = await cash.Database.ScalarAsync("select coalesce(max(interchange), 0) from control_numbers");
        var request = cash.Batch(payer);
        await using (await cash.CommitsFail("claim_batches"))
            await Assert.ThrowsAsync<RpcException>(async () => await cash.Batches.CreateClaimBatchAsync(request, cash.Us));
        Assert.Equal(0, await cash.Count("claims", $"payer = '{payer}'"));
        Assert.Equal(before, await cash.Database.ScalarAsync("select coalesce(max(interchange), 0) from control_numbers"));
        var batch = await cash.Batches.CreateClaimBatchAsync(request, cash.Us);
        Assert.Equal(Convert.ToInt32(before) + 1, batch.ControlNumber);
        Assert.Equal(1, batch.Claims);
    }

    [Fact]
    public async Task A_profile_is_checked_by_field_and_missing_ones_are_named()
    {
        await cash.Payer();
        Assert.Contains("names no enrolment", (await cash.Batches.CreateClaimBatchAsync(cash.Batch(BillingService.NewCode("payer")), cash.Us)
            .Refused(StatusCode.FailedPrecondition)).Message);
        Assert.Contains("none is recorded", (await cash.Batches.CreateClaimBatchAsync(
            cash.Batch(BillingService.NewCode("payer")), cash.As(Roles.Provider,
                BillingService.NewCode("agency"))).Refused(StatusCode.FailedPrecondition)).Message);
        foreach (var (field, change) in new (string, Action<Proto.BillingProfileContent>)[]
        {
            ("content.npi", c => c.Npi = "1234567890"), ("content.taxonomy", c => c.Taxonomy = "no"), ("content.tax_number", c => c.TaxNumber = "56-1234567"),
            ("content.address.postal_code", c => c.Address.PostalCode = "27701"), ("content.payers[0].companion", c => c.Payers[0].Companion = "none"),
            ("content.usual_place", c => c.UsualPlace = "xx"), ("content.payers", c => c.Payers.Add(c.Payers[0].Clone())),
            ("content.contact_phone", c => c.ContactPhone = "1"), ("content.address", c => c.Address = null),
        })
            Assert.Equal([field], (await Assert.ThrowsAsync<RpcException>(() => cash.Payer(change: change))).GetRpcStatus()!.Fields());
        var (individual, _) = cash.Eligibility.Person();
        Proto.RecordClaimFactsRequest facts = new()
        {
            Individual = individual,
            Program = "nc-core",
            From = "2025-01-02",
            Content = new() { Diagnoses = { "20.9" } },
            MilestoneNumber = 10,
            RequestId = BillingService.NewId(),
        };
        Assert.Equal(["content.diagnoses[0]", "milestone_number"],
            (await cash.Profiles.RecordClaimFactsAsync(facts, cash.Us).Refused(StatusCode.InvalidArgument)).Fields().Order());
    }

    [Fact]
    public async Task Only_the_agency_sees_its_profile_claims_and_files()
    {
        var payer = await cash.Payer();
        var (individual, _) = await cash.Insured(payer);
        await cash.ReadyLine(individual);
        var (batch, claims) = await cash.Sent(payer);
        var file = await cash.Receive(PayerFiles.Acknowledgement(batch.ControlNumber));
        var stranger = cash.As(Roles.Provider, "another-agency");
        await cash.Batches.GetClaimBatchAsync(new() { Name = batch.Name }, stranger).Refused(StatusCode.NotFound);
        await cash.Batches.DownloadClaimBatchAsync(new() { Name = batch.Name }, stranger).Refused(StatusCode.NotFound);
        await cash.Batches.GetClaimAsync(new() { Name = claims[0].Name }, stranger).Refused(StatusCode.NotFound);
        await cash.Remittances.GetReceivedFileAsync(new() { Name = file.Name }, stranger).Refused(StatusCode.NotFound);
        Assert.Empty((await cash.Batches.ListClaimsAsync(new(), stranger)).Claims);
        Assert.Empty((await cash.Profiles.ListBillingProfilesAsync(new(), stranger)).BillingProfiles);
        Assert.Empty((await cash.Profiles.ListClaimFactsAsync(new() { Individual = individual }, stranger)).ClaimFacts);
        Assert.Equal("0.00", (await cash.Remittances.GetMoneyAsync(new() { AsOf = "2025-03-10" }, stranger)).Total.Billed.Amount);
        foreach (var role in new[] { Roles.Mco, Roles.Dvrs, Roles.State, Roles.Ops })
        {
            var who = cash.As(role, payer);
            await cash.Batches.DownloadClaimBatchAsync(new() { Name = batch.Name }, who).Refused(StatusCode.PermissionDenied);
            await cash.Remittances.ListReceivedFilesAsync(new(), who).Refused(StatusCode.PermissionDenied);
            await cash.Profiles.ListBillingProfilesAsync(new(), who).Refused(StatusCode.PermissionDenied);
        }

        // The same in the database, whatever the code asks for.
        foreach (var table in new[] { "claims", "claim_moves", "claim_batches", "received_files", "postings", "payments", "work_items", "billing_profiles",
            "claim_facts", "control_numbers" })
        {
            Assert.Equal(0, Convert.ToInt32(await cash.Database.ScalarAsync(
                $"begin; set local role ips_request; set local \"ips.provider\" = 'another-agency'; select count(*) from {table}")));
            Assert.Equal(0, Convert.ToInt32(await cash.Database.ScalarAsync(
                $"begin; set local role ips_request; set local \"ips.payer\" = '{payer}'; select count(*) from {table}")));
        }
    }
}
