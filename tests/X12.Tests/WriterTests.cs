using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Xunit;

namespace Ips.X12.Tests;

/// <summary>What we write is read back the same and shows no finding; what cannot be written is refused with its place.</summary>
public sealed partial class WriterTests
{
    [Fact]
    public void A_claim_is_written_as_the_guide_has_it()
    {
        var file = A.Write(A.Claim() with { Rendering = new("COACH", "JO", "1245319599", "251S00000X") });
        Assert.StartsWith("ISA*00*          *00*          *ZZ*IPSHARBOR      *ZZ*ALLIANCENC     *261127*0915*^*00501*000000007*0*T*:~GS*HC*IPSHARBOR*ALLIANCENC*20261127*0915*7*X*005010X222A1~ST*837*0001*005010X222A1~", file, StringComparison.Ordinal);
        foreach (var segment in new[]
        {
            "BHT*0019*00*HARBOR-BATCH-7*20261127*0915*CH~",
                "NM1*41*2*HARBOR WORKS*****46*IPSHARBOR~PER*IC*BILLING*TE*9195551212~NM1*40*2*ALLIANCE HEALTH*****46*ALLIANCENC~HL*1**20*1~PRV*BI*PXC*251S00000X~",
            "NM1*85*2*HARBOR WORKS*****XX*1234567893~N3*100 MAIN ST~N4*DURHAM*NC*277011234~REF*EI*561234567~HL*2*1*22*0~SBR*P*18*******MC~NM1*IL*1*DOE*PAT****MI*945000001K~",
            "DMG*D8*19880229*F~NM1*PR*2*ALLIANCE HEALTH*****PI*ALNC1~CLM*HW-2026-0017*2000***99:B:1*Y*A*Y*Y~REF*G1*ALN000123~HI*ABK:F200*ABF:F1020~NM1*82*1*COACH*JO****XX*1245319599~PRV*PE*PXC*251S00000X~",
            "LX*1~SV1*HC:H2023:U4:Z3*2000*UN*1***1~DTP*472*D8*20261120~REF*6R*HW-2026-0017-1~SE*28*0001~GE*1*7~IEA*1*000000007~",
        })
        {
            Assert.Contains(segment, file, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void What_is_written_is_read_back_the_same_and_shows_no_finding()
    {
        ProfessionalClaim[] claims = [A.Claim(), A.Claim("HW-2") with { Frequency = "7", PayerClaim = "26331000021", Note = "RESENT" }, Secondary, Other];
        var file = A.Write(claims);
        var report = A.Check(file);
        Assert.Equal("", string.Join('\n', report.Findings.Stored));
        Assert.True(report.IsAcceptable);
        var read = A.Read(file);
        Assert.Equal(claims.Select(Json), read.Select(c => Json(c with { StatedCharge = null })));
        Assert.All(read, c => Assert.Equal(c.Charge, c.StatedCharge));
    }

    [Theory]
    [InlineData('|', '>', '\n', '\\')]
    [InlineData('*', '<', '\r', null)]
    [InlineData('#', '@', '\'', '!')]
    public void Other_separators_read_back_the_same(char element, char component, char segment, char? repetition)
    {
        Separators separators = new((byte)element, (byte)component, (byte)segment, (byte?)repetition);
        Findings findings = new();
        var claim = A.Claim() with { Subscriber = A.Pat with { LastName = "O'NEILL*SMITH: A#B@C!" } };
        var file = A.Write([claim], findings, new(separators));
        Assert.Equal(0, findings.Errors);
        Assert.Equal(0, A.Check(file).Findings.Count);
        var name = Assert.Single(A.Read(file)).Subscriber.LastName;
        Assert.DoesNotContain(name, c => separators.Contains((byte)c));
    }

    public static TheoryData<string, string, string> Names
    {
        get
        {
            TheoryData<string, string, string> data = [];
            foreach (var row in Sample.Json("acceptance", "837_names.json").EnumerateArray())
                data.Add(row.GetProperty("given").GetString()!, row.GetProperty("family").GetString()!, row.GetProperty("nm1").GetString()!);
            return data;
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void Names_of_people_never_break_a_file(string given, string family, string expected)
    {
        Findings findings = new();
        var file = A.Write([A.Claim() with { Subscriber = A.Pat with { LastName = family, FirstName = given } }], findings);
        if (expected.StartsWith("refused", StringComparison.Ordinal))
        {
            Assert.Equal(["NM103", "NM104"], findings.Stored.Where(f => f.IsError).Select(f => f.At.Reference));
            return;
        }

        Assert.Equal(0, findings.Errors);
        Assert.Equal(0, A.Check(file).Findings.Count);
        var nm1 = file.Split('~').Single(s => s.StartsWith("NM1*IL", StringComparison.Ordinal));
        if (expected.StartsWith("NM1*", StringComparison.Ordinal))
        {
            Assert.StartsWith(expected.Replace(" or refused before sending, naming the field", "", StringComparison.Ordinal) + "*", nm1,
                StringComparison.Ordinal);
            return;
        }

        Assert.Equal("NM103 at most 60, NM104 at most 35 characters", expected);
        Assert.Equal((60, 35), (nm1.Split('*')[3].Length, nm1.Split('*')[4].Length));
        Assert.Equal(2, findings.Stored.Count(f => f is { Kind: FindingKind.TooLong, IsError: false }));
    }

    [Theory]
    [InlineData("Łukasz Ørsted-Müller", "LUKASZ ORSTED-MULLER")]
    [InlineData("Strauß “Ann”", "STRAUSS \"ANN\"")]
    [InlineData("Nguyễn", "NGUYEN")]
    [InlineData("O’Neill", "O'NEILL")]
    [InlineData("a\tb\r\nc", "A B C")]
    [InlineData("APT #5", "APT 5")]
    public void Words_are_written_in_Latin_capitals(string words, string expected) => Assert.Equal(expected,
        new X12Text(Separators.Usual, CharacterSet.Basic).Words(words, out _));

    [Theory]
    [InlineData("李明")]
    [InlineData("Ольга")]
    [InlineData("~~")]
    public void Words_without_a_Latin_form_are_refused(string words)
    {
        Assert.Null(new X12Text(Separators.Usual, CharacterSet.Basic).Words(words, out var refusal));
        Assert.NotNull(refusal);
    }

    [Theory]
    [InlineData("HW*17")]
    [InlineData("HW:17")]
    [InlineData("HW~17")]
    [InlineData("HW^17")]
    [InlineData("hw-17")]
    [InlineData("HW-é")]
    [InlineData(" HW")]
    [InlineData("HW\u001F17")]
    public void Numbers_are_written_as_they_are_or_refused(string claim)
    {
        Findings findings = new();
        A.Write([A.Claim(claim) with { Lines = [A.Line()] }], findings);
        Assert.Equal("CLM01", Assert.Single(findings.Stored).At.Reference);
        Assert.DoesNotContain(claim, findings.Stored[0].ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Frequencies_after_a_denial_follow_the_acceptance_list()
    {
        foreach (var row in Sample.Json("acceptance", "837_after_a_denial.json").GetProperty("cases").EnumerateArray())
        {
            if (!row.TryGetProperty("frequency", out var frequency))
                continue;
            var payerClaim = row.GetProperty("REF_F8").ValueKind == JsonValueKind.Null ? null : "26331000021";
            var file = A.Write(A.Claim() with { Frequency = frequency.GetString()!, PayerClaim = payerClaim });
            Assert.Equal(0, A.Check(file).Findings.Count);
            Assert.Contains($"99:B:{frequency.GetString()}*", file, StringComparison.Ordinal);
            Assert.Equal(payerClaim is not null, file.Contains("REF*F8*26331000021~", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Claims_are_split_into_sets_of_five_thousand_and_subscribers_of_a_hundred()
    {
        var file = A.Write([.. Enumerable.Range(1, 5201).Select(i => A.Claim($"C{i}"))]);
        var report = A.Check(file);
        Assert.Equal(0, report.Findings.Count);
        Assert.Equal(2, report.Interchanges[0].Groups[0].Sets.Count);
        Assert.Contains("BHT*0019*00*HARBOR-BATCH-7-2*", file, StringComparison.Ordinal);
        Assert.Equal(52 + 1, Subscribers().Count(file[..file.IndexOf("ST*837*0002",
            StringComparison.Ordinal)]) + Subscribers().Count(file[file.IndexOf("ST*837*0002", StringComparison.Ordinal)..]));
    }

    [Fact]
    public void Control_numbers_out_of_range_and_long_partner_ids_are_refused()
    {
        Findings findings = new();
        ProfessionalClaimWriter.Write(Stream.Null, A.Envelope with { InterchangeControl = 0, GroupControl = 1_000_000_000, Sender = "LONGER-THAN-FIFTEEN" },
            A.Batch, [A.Claim()], findings);
        Assert.Equal(3, findings.Errors);
    }

    [Fact]
    public void A_270_and_a_276_show_no_finding()
    {
        Findings findings = new();
        MemoryStream file = new();
        Assert.True(QuestionWriter.WriteEligibility(file, A.Envelope, "ELIG-1", "9HARBORWKS", A.Payer, A.Agency,
            [new("ELIG-1", "Doe", "Pat", "945000001K", new(1988, 2, 29), new(new(2026, 11, 1), new(2026, 11, 30)), ["30"])], findings));
        Assert.Equal("", string.Join('\n', A.Check(Encoding.ASCII.GetString(file.ToArray())).Findings.Stored));
        file = new();
        Assert.True(QuestionWriter.WriteClaimStatus(file, A.Envelope, "STAT-1", A.Payer, "HARBOR WORKS", "IPSHARBOR", A.Agency,
            [new("STAT-1-1", "Doe", "Pat", "945000001K", new(1988, 2, 29), "26331000021", "HW-2026-0017", 2000m, new(new(2026, 11, 20), new(2026, 11, 20)))],
                findings));
        Assert.Equal("", string.Join('\n', A.Check(Encoding.ASCII.GetString(file.ToArray())).Findings.Stored));
    }

    internal static ProfessionalClaim Secondary => A.Claim("HW-3") with
    {
        Payer = A.Payer with { Order = "S", SecondIdQualifier = "G2", SecondId = "PROV77", GroupNumber = "G100" },
        OtherPayers = [new(new("MEDICARE B", "MEDB", "MB"), "DOE", "PAT", "1EG4TE5MK72", "18", 1500m, 300m, [], null, "MCR123")],
        Lines = [A.Line("HW-3-1") with { Adjudications = [new("MEDB", 1500m, new("HC", "H2023", ["U4", "Z3"]), 1,
            [new("CO", "45", 200m, null), new("PR", "2", 300m, 1)], new(2026, 11, 25))] }],
    };

    private static ProfessionalClaim Other => A.Claim("HW-4") with
    {
        Billing = A.Agency with { LastName = "COACH", FirstName = "JO", TaxNumberIsSsn = true, Npi = "1245319599", Taxonomy = null },
        Rendering = new("KIM", "LEE", "1234567893"),
        Facility = new("HARBOR WEST", "1245319599", A.Street with { Line2 = "SUITE 4" }),
        Attachments = [new("OZ", "EL", "LETTER-1")],
        Lines = [A.Line("HW-4-1", 24.63m) with { Units = 2.5m, Place = "12", Service = new(new(2026, 11, 1), new(2026, 11, 20)), DiagnosisPointers = [2, 1],
            Authorization = "ALN000124", Note = "TWO VISITS" }],
    };

    private static string Json(ProfessionalClaim claim) => JsonSerializer.Serialize(claim);

    [GeneratedRegex(@"~HL\*\d+\*1\*22\*0~", RegexOptions.None, 1000)]
    private static partial Regex Subscribers();
}
