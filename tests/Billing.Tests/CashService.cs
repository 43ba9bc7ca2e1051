using System.Globalization;
using System.Text;
using Google.Protobuf;
using Ips.Contracts.Common.V1;
using Ips.Contracts.Eligibility.V1;
using Ips.Testing;
using Ips.X12;
using Xunit;
using Proto = Ips.Contracts.Billing.V1;

namespace Ips.Billing.Tests;

/// <summary>Billing on a day on which its claims are in time. Each test has a payer of its own, so that its batches hold its lines alone.</summary>
public class CashService() : BillingService(FixedClock.At("2025-03-10"))
{
    public const string Npi = "1234567893";
    private int traces;

    /// <summary>Records a profile with this payer.</summary>
    public async Task<string> Payer(string companion = "alliance-nc", Action<Proto.BillingProfileContent>? change = null, string? code = null)
    {
        // The latest record counts.
        Clock.Advance(TimeSpan.FromSeconds(1));
        var payer = code ?? NewCode("payer");
        Proto.BillingProfileContent content = new()
        {
            Name = "Harbor Works",
            Npi = Npi,
            Taxonomy = "251S00000X",
            TaxNumber = "561234567",
            Address = new() { Line = "12 Harbor St", City = "Durham", State = "NC", PostalCode = "277010001" },
            Contact = "Claims office",
            ContactPhone = "9195550101",
            UsualPlace = "99",
            Payers =
            {
                new Proto.PayerEnrollment
                {
                    Payer = $"organizations/{payer}", Companion = companion, SubmitterId = "IPSHARBOR", ReceiverId = "ALLIANCENC",
                        PayerName = "Alliance Health",
                    PayerId = "ALNC1", MemberIdSystem = "medicaid-nc", Test = true,
                },
            },
        };
        change?.Invoke(content);
        await Profiles.RecordBillingProfileAsync(
            new() { Provider = $"organizations/{Provider}", From = "2025-01-01", Content = content, RequestId = NewId() }, Us);
        return payer;
    }

    /// <summary>A person whom the payer covers, with all that a claim needs.</summary>
    public async Task<(string Name, KnownPerson Person)> Insured(string payer, bool facts = true)
    {
        var (name, person) = Eligibility.Person();
        person.Payer = $"organizations/{payer}";
        person.Record = new()
        {
            GivenName = "Zoë",
            FamilyName = "Sealed-O'Núñez",
            BirthDate = "1990-05-04",
            Identifiers = { new Identifier { System = "medicaid-nc", Value = "945000001K" } },
            Contacts =
            {
                new Contact
                {
                    From = "2025-01-01",
                    Content = new() { Address = new() { Lines = { "5 Sealed Rd" }, City = "Durham", State = "NC", PostalCode = "27701" } },
                },
            },
        };
        if (facts)
            await Facts(name);
        return (name, person);
    }

    public async Task<Proto.ClaimFacts> Facts(string individual, string authorization = "ALN000123", string from = "2025-01-01")
    {
        Clock.Advance(TimeSpan.FromSeconds(1));
        return await Profiles.RecordClaimFactsAsync(new()
        {
            Individual = individual,
            Program = "nc-core",
            From = from,
            Content = new() { Diagnoses = { "F20.9" }, Sex = Proto.SexOnFile.Female, AuthorizationNumber = authorization },
            RequestId = NewId(),
        }, Us);
    }

    /// <summary>A line of milestone 2, 2000.00, ready.</summary>
    public async Task<Proto.ClaimLine> ReadyLine(string individual)
    {
        var line = await Claimed(Line((await Submitted(Second(individual))).Name));
        Assert.Equal(Proto.ClaimLineState.Ready, line.State);
        return line;
    }

    /// <summary>A line of milestone 1 with this many quarter hours, at 24.63 each, ready.</summary>
    public async Task<Proto.ClaimLine> Engagement(string individual, int units, string day = Day)
    {
        var line = await Claimed(Line((await Submitted(First(individual, day, await Noted(individual, units * 15, day)))).Name, day));
        Assert.Equal((Proto.ClaimLineState.Ready, units), (line.State, line.Units));
        return line;
    }

    public Proto.CreateClaimBatchRequest Batch(string payer, params IEnumerable<string> lines) =>
        new() { Payer = $"organizations/{payer}", Program = "nc-core", ClaimLines = { lines }, RequestId = NewId() };

    /// <summary>A batch of all that is ready, handed to the payer.</summary>
    public async Task<(Proto.ClaimBatch Batch, List<Proto.Claim> Claims)> Sent(string payer, params IEnumerable<string> lines)
    {
        var batch = await Batches.CreateClaimBatchAsync(Batch(payer, lines), Us);
        Assert.Empty(batch.LeftOut);
        batch = await Batches.MarkClaimBatchSentAsync(new() { Name = batch.Name, Etag = batch.Etag, RequestId = NewId() }, Us);
        var claims = (await Batches.ListClaimsAsync(new() { ClaimBatch = batch.Name }, Us)).Claims.OrderBy(c => c.Number, StringComparer.Ordinal).ToList();
        Assert.All(claims, c => Assert.Equal(Proto.ClaimState.Sent, c.State));
        return (batch, claims);
    }

    public async Task<Proto.Claim> Claim(Proto.Claim claim) => await Batches.GetClaimAsync(new() { Name = claim.Name }, Us);

    /// <summary>The claims in the file of a batch, read by the library.</summary>
    public async Task<List<ProfessionalClaim>> InFile(Proto.ClaimBatch batch)
    {
        var file = await Batches.DownloadClaimBatchAsync(new() { Name = batch.Name }, Us);
        using MemoryStream stream = new(file.Content.ToByteArray());
        Findings findings = new();
        List<ProfessionalClaim> claims = [.. X12Documents.Read(stream, findings).OfType<ProfessionalClaims>().SelectMany(d => d.Claims)];
        Assert.Equal(0, findings.Errors);
        return claims;
    }

    public async Task<Proto.ReceivedFile> Receive(string file) =>
        await Remittances.ReceiveFileAsync(new() { Content = ByteString.CopyFromUtf8(file), RequestId = NewId() }, Us);

    public async Task<List<Proto.WorkItem>> Work(Proto.Claim claim, bool resolved = false) =>
        [.. (await Remittances.ListWorkItemsAsync(new() { PageSize = 200, IncludeResolved = resolved }, Us)).WorkItems.Where(w => w.Claim == claim.Name)];

    /// <summary>The sums of one payer.</summary>
    public async Task<Proto.MoneySums> Money(string payer)
    {
        var report = await Remittances.GetMoneyAsync(new() { AsOf = "2025-04-10" }, Us);
        decimal Sum(Func<Proto.MoneySums, Money> of) =>
            report.Groups.Where(g => g.Payer == $"organizations/{payer}").Sum(g => decimal.Parse(of(g.Sums).Amount, CultureInfo.InvariantCulture));
        Money Of(Func<Proto.MoneySums, Money> of) => new() { Amount = Sum(of).ToString("0.00", CultureInfo.InvariantCulture), CurrencyCode = "USD" };
        Assert.Equal(Sum(s => s.Billed), Sum(s => s.Paid) + Sum(s => s.Adjusted) + Sum(s => s.WrittenOff) + Sum(s => s.Outstanding));
        return new()
        {
            Expected = Of(s => s.Expected),
            Billed = Of(s => s.Billed),
            Paid = Of(s => s.Paid),
            Adjusted = Of(s => s.Adjusted),
            WrittenOff = Of(s => s.WrittenOff),
            Outstanding = Of(s => s.Outstanding),
        };
    }

    /// <summary>A number of a payment that no other test has.</summary>
    public string NewTrace() => string.Create(CultureInfo.InvariantCulture, $"ERA{Interlocked.Increment(ref traces):00000}");

    /// <summary>Claims of some people, sent to a payer of their own: of milestone 2, or of milestone 1 with units.</summary>
    public async Task<(string Payer, Proto.ClaimBatch Batch, List<Proto.Claim> Claims)> SentClaims(int people = 1, int units = 0)
    {
        var payer = await Payer();
        for (var i = 0; i < people; i++)
        {
            var (individual, _) = await Insured(payer);
            _ = units == 0 ? await ReadyLine(individual) : await Engagement(individual, units);
        }

        var (batch, claims) = await Sent(payer);
        Assert.Equal(people, claims.Count);
        return (payer, batch, claims);
    }
}

[AnsweredRule.Named]
[CollectionDefinition("cash")]
public sealed class CashCollection : ICollectionFixture<CashService>;

/// <summary>Files as payers send them. Amounts and numbers are the test's.</summary>
internal static class PayerFiles
{
    private static int interchange = 100;

    /// <summary>A file with one set; a TA1 may stand before its group.</summary>
    public static string File(string kind, string version, string set, IEnumerable<string> body, string ta1 = "", string receiver = "IPSHARBOR")
    {
        var control = Interlocked.Increment(ref interchange);
        List<string> segments = [.. body];
        StringBuilder file = new();
        file.Append(CultureInfo.InvariantCulture,
            $"ISA*00*          *00*          *ZZ*ALLIANCENC     *ZZ*{receiver,-15}*250310*0915*^*00501*{control:000000000}*0*T*:~{ta1}");
        if (set.Length > 0)
        {
            file.Append(CultureInfo.InvariantCulture,
                $"GS*{kind}*ALLIANCENC*{receiver}*20250310*0915*1*X*{version}~ST*{set}*0001{(set == "835" ? "" : $"*{version}")}~");
            file.Append(string.Concat(segments.Select(s => s + "~")));
            file.Append(CultureInfo.InvariantCulture, $"SE*{segments.Count + 2}*0001~GE*1*1~");
        }

        return file.Append(CultureInfo.InvariantCulture, $"IEA*{(set.Length > 0 ? 1 : 0)}*{control:000000000}~").ToString();
    }

    public static string Ta1(int control, string result = "A", string note = "000", string receiver = "IPSHARBOR") =>
        File("", "", "", [], $"TA1*{control:000000000}*250310*0900*{result}*{note}~", receiver);

    public static string Acknowledgement(int control, string result = "A", string receiver = "IPSHARBOR", string? inError = null) =>
        File("FA", "005010X231A1", "999",
            [
                $"AK1*HC*{control}*005010X222A1", "AK2*837*0001*005010X222A1",
                .. inError is null ? Array.Empty<string>() : ["IK3*NM1*12*2010*8", $"CTX*CLM01:{inError}", "IK4*9*67*1"],
                result == "A" ? "IK5*A" : "IK5*R*5", $"AK9*{result}*1*1*{(result == "A" ? 1 : 0)}",
            ], $"TA1*{control:000000000}*250310*0900*A*000~", receiver);

    /// <summary>A 277CA about one claim.</summary>
    public static string Status(Proto.ClaimBatch batch, Proto.Claim claim, string statuses, string? payerClaim = null) =>
        File("HN", "005010X214", "277",
            [
                "BHT*0085*08*77*20250310*0915*TH", "HL*1**20*1", "NM1*PR*2*ALLIANCE HEALTH*****PI*ALNC1", "TRN*1*277-77", "DTP*050*D8*20250310",
                    "DTP*009*D8*20250310",
                "HL*2*1*21*1", "NM1*41*2*HARBOR WORKS*****46*IPSHARBOR", $"TRN*2*{batch.Reference}", $"STC*A1:19:PR*20250310*WQ*{claim.Charge.Amount}",
                "HL*3*2*19*1", $"NM1*85*2*HARBOR WORKS*****XX*{CashService.Npi}", "TRN*1*0", $"STC*A1:19:PR**WQ*{claim.Charge.Amount}", "HL*4*3*PT",
                "NM1*QC*1*DOE*PAT****MI*945000001K", $"TRN*2*{claim.Number}", statuses,
                .. payerClaim is null ? Array.Empty<string>() : [$"REF*1K*{payerClaim}"], "DTP*472*D8*20250304",
            ]);

    public static string Accepted(Proto.ClaimBatch batch, Proto.Claim claim, string payerClaim) =>
        Status(batch, claim, $"STC*A2:20:PR*20250310*WQ*{claim.Charge.Amount}", payerClaim);

    public static string Rejected(Proto.ClaimBatch batch, Proto.Claim claim) =>
        Status(batch, claim, $"STC*A3:562:85*20250310*U*{claim.Charge.Amount}*******A8:746");

    /// <summary>An 835 for the payee.</summary>
    public static string Remittance(string trace, decimal amount, IEnumerable<string> body, string payee = CashService.Npi) =>
        File("HP", "005010X221A1", "835",
            [
                FormattableString.Invariant($"BPR*I*{amount}*C*ACH*CCP*01*111000012*DA*1*1512345678**01*111000012*DA*2*20250310"), $"TRN*1*{trace}*1512345678",
                "DTM*405*20250310", "N1*PR*ALLIANCE HEALTH", "N3*5200 PARAMOUNT", "N4*MORRISVILLE*NC*27560", "PER*BL*EDI*TE*8005551212",
                $"N1*PE*HARBOR WORKS*XX*{payee}", "LX*1", .. body,
            ]);

    /// <summary>What an 835 says of a claim; numbers may be withheld or changed.</summary>
    public static string[] Decided(Proto.Claim claim, string code, decimal paid, string payerClaim, string adjustments = "", string? number = null,
        string? control = null,
        string? procedure = null, string remark = "", int sign = 1)
    {
        var charge = sign * decimal.Parse(claim.Charge.Amount, CultureInfo.InvariantCulture);
        var line = control ?? claim.LineControl;
        return
        [
            FormattableString.Invariant($"CLP*{number ?? claim.Number}*{code}*{charge:0.##}*{paid:0.##}**MC*{payerClaim}*12*1"),
                "NM1*QC*1*DOE*PAT****MI*945000001K",
            FormattableString.Invariant($"SVC*HC:{procedure ?? string.Join(':', claim.Modifiers.Prepend(claim.Code))}*{charge:0.##}*{paid:0.##}**{sign * claim.Units}"),
            $"DTM*472*{claim.ServiceDate.Replace("-", "", StringComparison.Ordinal)}",
            .. adjustments.Length == 0 ? Array.Empty<string>() : [adjustments], .. line.Length == 0 ? Array.Empty<string>() : [$"REF*6R*{line}"],
            .. remark.Length == 0 ? Array.Empty<string>() : [$"LQ*HE*{remark}"],
        ];
    }
}
