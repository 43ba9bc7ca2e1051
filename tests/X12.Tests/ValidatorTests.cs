using Xunit;

namespace Ips.X12.Tests;

/// <summary>Each check with a claim that fails it and, in WriterTests, claims that pass them all.</summary>
public sealed class ValidatorTests
{
    private static readonly CompanionProfile Alliance = CompanionProfile.All.Single(p => p.Id == "alliance-nc");

    public static TheoryData<string, SnipLevel, FindingKind, string, string?> Faults => new()
    {
        // fault                                                            level               kind                        place      loop
        { "CLM*HW-2026-0017*2000*|CLM*HW-2026-0017*2001*", SnipLevel.Balance, FindingKind.Balance, "CLM02", "2300" },
        { "99:B:1|99:B:7", SnipLevel.Situation, FindingKind.Situation, "CLM05", "2300" },
        { "REF*G1*ALN000123~|REF*G1*ALN000123~REF*F8*26331000021~", SnipLevel.Situation, FindingKind.Situation, "REF", "2300" },
        { "SBR*P*|SBR*S*", SnipLevel.Situation, FindingKind.Situation, "SBR01", "2000B" },
        { "***1~DTP|***3~DTP", SnipLevel.Situation, FindingKind.Situation, "SV107", "2400" },
        { "D8*20261120|D8*20261128", SnipLevel.Situation, FindingKind.Situation, "SV1", "2400" },
        { "HL*2*1*22*0|HL*3*1*22*0", SnipLevel.Guide, FindingKind.Hierarchy, "HL01", "2000B" },
        { "HL*2*1*22*0|HL*2*9*22*0", SnipLevel.Guide, FindingKind.Hierarchy, "HL02", "2000B" },
        { "N3*100 MAIN ST~N4*DURHAM*NC*277011234~REF|N3*PO BOX 7~N4*DURHAM*NC*277011234~REF", SnipLevel.Situation, FindingKind.Situation, "N301", "2010AA" },
        { "277011234~REF|27701~REF", SnipLevel.Situation, FindingKind.Situation, "N403", "2010AA" },
        { "XX*1234567893|XX*1234567890", SnipLevel.CodeSet, FindingKind.CheckDigit, "NM109", "2010AA" },
        { "ABK:F200|ABK:F20.0", SnipLevel.CodeSet, FindingKind.Code, "HI01", "2300" },
        { "N4*DURHAM*NC*277011234~DMG|N4*DURHAM*XX*277011234~DMG", SnipLevel.CodeSet, FindingKind.Code, "N402", "2010BA" },
        { "HC:H2023:|HC:H202:", SnipLevel.CodeSet, FindingKind.Code, "SV101", "2400" },
        { "99:B:1|90:B:1", SnipLevel.CodeSet, FindingKind.Code, "CLM05-1", "2300" },
        { "DMG*D8*19880229*F|DMG*D8*19880230*F", SnipLevel.Syntax, FindingKind.Date, "DMG02", "2010BA" },
        { "*UN*1***1|*UN*X***1", SnipLevel.Syntax, FindingKind.Character, "SV104", "2400" },
        { "HI*ABK:F200*ABF:F1020~|", SnipLevel.Guide, FindingKind.SegmentMissing, "LX", "2300" },
        { "NM1*41*2*HARBOR WORKS*****46*IPSHARBOR~|NM1*41*2*HARBOR WORKS*****46~", SnipLevel.Guide, FindingKind.ElementMissing, "NM109", "1000A" },
        { "PRV*BI*PXC*251S00000X|PRV*BI*PXC*251S", SnipLevel.CodeSet, FindingKind.Code, "PRV03", "2000A" },
        { "DTP*472*D8*20261120~|DTP*472*RD8*20261120-20261101~", SnipLevel.Syntax, FindingKind.Date, "DTP03", "2400" },
        { "DMG*D8*19880229*F|DMG*D8*20261121*F", SnipLevel.Situation, FindingKind.Situation, "SV1", "2400" },
        { "ABF:F1020|ABF:F200", SnipLevel.Situation, FindingKind.Situation, "HI", "2300" },
        { "H2023:U4:Z3|H2023:U4:U4", SnipLevel.Situation, FindingKind.Situation, "SV101", "2400" },
        { "H2023:U4:Z3|H2023:U4:Z.", SnipLevel.CodeSet, FindingKind.Code, "SV101", "2400" },
        { "***1~DTP|***1:1~DTP", SnipLevel.Situation, FindingKind.Situation, "SV107", "2400" },
        { "ABK:F200|ABK:Y9301", SnipLevel.CodeSet, FindingKind.Code, "HI01", "2300" },
        { "REF*EI*561234567|REF*EI*56-123456", SnipLevel.CodeSet, FindingKind.Code, "REF", "2010AA" },
        { "CLM*HW-2026-0017|CLM*HW-2026-0017-AND-SOME", SnipLevel.Guide, FindingKind.TooLong, "CLM01", "2300" },
    };

    [Theory, MemberData(nameof(Faults))]
    public void Fault_is_found_at_its_level_and_place(string fault, SnipLevel level, FindingKind kind, string reference, string? loop)
    {
        var (whole, broken) = (fault.Split('|')[0], fault.Split('|')[1]);
        var file = A.Write(A.Claim());
        Assert.Contains(whole, file, StringComparison.Ordinal);
        var report = A.Check(Replace(file, whole, broken));
        var finding = Assert.Single(report.Findings.Stored, f => f.Level == level && f.Kind == kind && f.At.Reference == reference);
        Assert.Equal(loop, finding.At.Loop);
        Assert.NotEmpty(finding.Fix);
        Assert.True(finding.IsError);
        Assert.False(report.IsAcceptable);
    }

    [Fact]
    public void The_same_claim_number_twice_and_the_same_line_number_twice_are_found()
    {
        var line = A.Line();
        var report = A.Check(A.Write(A.Claim(), A.Claim() with { Lines = [line, line] }));
        Assert.Equal(["CLM01", "SV1"], report.Findings.Stored.Select(f => f.At.Reference));
    }

    [Fact]
    public void What_another_payer_paid_has_to_add_up_for_claim_and_line()
    {
        var claim = WriterTests.Secondary;
        var wrong = claim with { OtherPayers = [claim.OtherPayers[0] with { Paid = 1400m }] };
        var finding = Assert.Single(A.Check(A.Write(wrong)).Findings.Stored);
        Assert.Equal((SnipLevel.Balance, "AMT02", "2320"), (finding.Level, finding.At.Reference, finding.At.Loop));
        Assert.Contains("difference 100.00", finding.Expected, StringComparison.Ordinal);
    }

    [Fact]
    public void A_remittance_that_does_not_balance_names_the_difference()
    {
        var file = System.Text.Encoding.ASCII.GetString(((MemoryStream)Sample.Accepted("835_reversal_and_correction.txt")).ToArray());
        var off = Assert.IsType<Remittance>(Assert.Single(X12Documents.Read(Sample.Of(file.Replace("BPR*I*0*", "BPR*I*10*", StringComparison.Ordinal)))));
        Assert.Equal(-10m, off.Balance.Difference);
        Assert.False(off.Balance.IsBalanced);
        Assert.Equal(new Imbalance(null, 0, 0m, 10m), Assert.Single(off.Balance.Imbalances));
        var line = A.Check(file.Replace("CAS*CO*45*24.63*1", "CAS*CO*45*24.60*1", StringComparison.Ordinal));
        Assert.Equal(["SVC03", "CLP04"], line.Findings.Stored.Where(f => f.Level == SnipLevel.Balance).Select(f => f.At.Reference));
    }

    [Fact]
    public void Findings_show_no_personal_values()
    {
        var file = A.Write(A.Claim()).Replace("19880229", "19880230", StringComparison.Ordinal).Replace("*DOE*", $"*{new string('Q', 70)}*",
            StringComparison.Ordinal).Replace("F200", "F20.0", StringComparison.Ordinal);
        var texts = string.Join('\n', A.Check(file).Findings.Stored);
        Assert.All(["19880230", "QQQ", "F20.0", "945000001K"], personal => Assert.DoesNotContain(personal, texts, StringComparison.Ordinal));
    }

    [Fact]
    public void Alliance_takes_a_claim_as_its_profile_has_it() => Assert.Equal("", string.Join('\n', A.Check(A.Write(A.Claim()), Alliance).Findings.Stored));

    [Theory]
    [InlineData("H2023:U4:Z3|H2023:Z3:U4", "SV101")]
    [InlineData("*******MC~|*******CI~", "SBR09")]
    [InlineData("*******MC~|*******ZZ~", "SV101")]
    [InlineData("REF*G1*ALN000123~|", "CLM")]
    [InlineData("PRV*BI*PXC*251S00000X~|", "CLM")]
    [InlineData("D8*20261120|D8*20260828", "SV1")]
    public void Alliance_has_rules_of_its_own(string fault, string reference)
    {
        var file = Replace(A.Write(A.Claim()), fault.Split('|')[0], fault.Split('|')[1]);
        Assert.Equal(0, A.Check(file).Findings.Count);
        var finding = Assert.Single(A.Check(file, Alliance).Findings.Stored);
        Assert.Equal((SnipLevel.Partner, reference), (finding.Level, finding.At.Reference));
    }

    [Theory]
    [InlineData("MC", "20260829", true)]
    [InlineData("MC", "20260828", false)]
    [InlineData("ZZ", "20260928", true)]
    [InlineData("ZZ", "20260927", false)]
    public void Filing_limit_counts_from_the_last_day_of_service_and_includes_its_last_day(string indicator, string day, bool inTime)
    {
        var file = A.Write(A.Claim() with
        {
            Payer = A.Payer with { FilingIndicator = indicator },
            Lines = [A.Line() with { Procedure = new("HC", "H2023", indicator == "MC" ? ["U4", "Z3"] : ["Z3"]) }]
        });
        var report = A.Check(file.Replace("D8*20261120", "D8*" + day, StringComparison.Ordinal), Alliance);
        Assert.Equal(inTime, report.IsAcceptable);
    }

    [Fact]
    public void Profiles_say_what_is_to_be_confirmed_and_print_as_a_page()
    {
        Assert.Equal(["alliance-nc", "louisiana-plan", "missouri-dmh"], CompanionProfile.All.Select(p => p.Id));
        Assert.All(CompanionProfile.All, p => Assert.NotEmpty(p.NeedsConfirmation));
        Assert.Contains("Filing limit for MC (Medicaid): 90 days", Alliance.Guide(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, 3)]
    [InlineData(2, 2)]
    [InlineData(3, 1)]
    public void A_payer_limits_the_claims_of_a_set(int most, int sets)
    {
        Findings findings = new();
        using MemoryStream file = new();
        Assert.True(ProfessionalClaimWriter.Write(file, A.Envelope, A.Batch, [A.Claim("HW-1"), A.Claim("HW-2"), A.Claim("HW-3")], findings,
            claimsPerSet: most));
        file.Position = 0;
        var report = X12Validator.Check(file);
        Assert.Equal("", string.Join('\n', report.Findings.Stored));
        Assert.Equal(Enumerable.Range(1, sets).Select(n => $"000{n}"), report.Interchanges.Single().Groups.Single().Sets.Select(s => s.Set.Control));
        file.Position = 0;
        var read = X12Documents.Read(file).OfType<ProfessionalClaims>().ToList();
        Assert.Equal(["HW-1", "HW-2", "HW-3"], read.SelectMany(r => r.Claims).Select(c => c.Claim));
        Assert.Equal(["HARBOR-BATCH-7", "HARBOR-BATCH-7-2", "HARBOR-BATCH-7-3"], [.. read.Select(r => r.Batch.Reference),
            .. Enumerable.Range(sets + 1, 3 - sets).Select(n => $"HARBOR-BATCH-7-{n}")]);
    }

    [Fact]
    public void Report_sorts_findings_by_set_and_names_their_claims()
    {
        var file = A.Write(A.Claim(), A.Claim("HW-2") with { Diagnoses = ["F200"], Lines = [A.Line() with { DiagnosisPointers = [2] }] });
        var set = Assert.Single(Assert.Single(Assert.Single(A.Check(file).Interchanges).Groups).Sets);
        Assert.Equal("HW-2", Assert.Single(set.Findings).Claim);
        Assert.Equal((0L, 1L), (set.ErrorsThrough(SnipLevel.Guide), set.Errors));
    }

    private static string Replace(string file, string whole, string broken)
    {
        var changed = file.Replace(whole, broken, StringComparison.Ordinal);
        var count = changed.Split('~').SkipWhile(s => !s.StartsWith("ST*", StringComparison.Ordinal)).TakeWhile(s =>
            !s.StartsWith("SE*", StringComparison.Ordinal)).Count() + 1;
        var se = changed.IndexOf("~SE*", StringComparison.Ordinal) + 4;
        return changed[..se] + count + changed[changed.IndexOf('*', se)..];
    }
}
