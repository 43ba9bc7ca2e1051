using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Ips.X12.Tests;

/// <summary>Random claims come back as they were written; random and damaged bytes never throw.</summary>
public sealed class PropertyTests
{
    private static readonly string[] Files = [.. Sample.Names.Where(n => Sample.Bytes(n).Length < 8000)];

    private static Gen<string> Words => Gen.NonEmptyListOf(Gen.Elements("ABCXYZ0189 -'.,&/()".ToCharArray())).Select(c =>
        string.Join(' ', new string([.. c]).Split(' ', StringSplitOptions.RemoveEmptyEntries)))
        .Where(w => w.Length > 0).Select(w => w.Length > 20 ? w[..20].Trim() : w);

    private static Gen<string> Number => Gen.Choose(1, 999_999).Select(n => $"N-{n}");

    private static Gen<decimal> Cents => Gen.Choose(1, 500_000).Select(c => c / 100m);

    private static Gen<ServiceLine> Line =>
        from charge in Cents
        from units in Gen.Choose(1, 400)
        from modifiers in Gen.SubListOf("U4", "Z1", "Z3", "HE")
        from days in Gen.Choose(0, 20)
        from note in Gen.OneOf(Gen.Constant<string?>(null), Words.Select(string? (w) => w))
        from decided in Gen.Choose(0, 3)
        select A.Line("", charge) with
        {
            Units = units / 4m,
            Procedure = new("HC", "H2023", [.. modifiers]),
            Service = new(new(2026, 11, 1), new DateOnly(2026, 11, 1).AddDays(days)),
            Note = note,
            Adjudications = decided == 0 ? [new("OTHER1", charge, new("HC", "H2023", [.. modifiers]), units / 4m, [], new(2026, 11, 24))] : null,
        };

    private static Gen<ProfessionalClaim> Claim =>
        from lines in Gen.NonEmptyListOf(Line).Where(l => l.Count <= 50)
        from last in Words
        from first in Words
        from frequency in Gen.Elements("1", "7", "8")
        from diagnoses in Gen.SubListOf("F200", "F1020", "F319", "Z560")
        from number in Number
        from secondary in Gen.Choose(0, 2)
        select A.Claim(number) with
        {
            Lines = [.. lines.Select((l, i) => l with { LineControl = $"{number}-{i}", Adjudications = secondary == 0 ? l.Adjudications : null })],
            Subscriber = A.Pat with { LastName = last, FirstName = first },
            Frequency = frequency,
            PayerClaim = frequency == "1" ? null : "P" + number,
            Diagnoses = ["F250", .. diagnoses],
            Payer = A.Payer with { Order = secondary == 0 ? "S" : "P" },
            OtherPayers = secondary == 0 ? [new(new("OTHER PLAN", "OTHER1", "CI"), last, first, "M1", "18",
                lines.Sum(l => l.Charge) / 1.0000000000000000000000000m, null, [], null, null)] : [],
        };

    [Fact]
    public void Random_claims_are_read_back_as_written_and_show_no_finding() => Prop.ForAll(Gen.NonEmptyListOf(Claim).ToArbitrary(), claims =>
    {
        ProfessionalClaim[] distinct = [.. claims.DistinctBy(c => c.Claim)];
        var file = A.Write(distinct);
        Assert.Equal("", string.Join('\n', A.Check(file).Findings.Stored));
        Assert.Equal(distinct.Select(c => JsonSerializer.Serialize(c)), A.Read(file).Select(c => JsonSerializer.Serialize(c with { StatedCharge = null })));
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(60).WithEndSize(12));

    [Fact]
    public void Any_names_are_written_without_breaking_the_file_or_refused() => Prop.ForAll(ArbMap.Default.ArbFor<string>(), ArbMap.Default.ArbFor<string>(),
        (last, first) =>
    {
        Findings findings = new();
        var file = A.Write([A.Claim() with { Subscriber = A.Pat with { LastName = last ?? "X", FirstName = first } }], findings);
        if (findings.Errors > 0 || string.IsNullOrEmpty(last))
            return;
        Assert.Equal("", string.Join('\n', A.Check(file).Findings.Stored));
        Assert.All(file, c => Assert.InRange(c, ' ', '~'));
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(300));

    [Fact]
    public void Random_bytes_never_throw() => Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), bytes =>
    {
        ReadAll(bytes);
        ReadAll([.. "ISA*00*          *00*          *ZZ*A              *ZZ*B              *261127*0915*^*00501*000000101*0*T*:~ST*835*1~"u8, .. bytes]);
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    [Fact]
    public void Damaged_files_never_throw_and_give_the_same_twice()
    {
        var damage = from file in Gen.Elements(Files)
                     from kind in Gen.Choose(0, 4)
                     from at in Gen.Choose(0, 7999)
                     from length in Gen.Choose(1, 40)
                     from value in Gen.Elements("*:~^\r\n\0 AZ09\u00ff".Select(c => (byte)c).ToArray())
                     select (file, kind, at, length, value);
        Prop.ForAll(damage.ToArbitrary(), d =>
        {
            var bytes = Damage(Sample.Bytes(d.file), d.kind, d.at, d.length, d.value);
            Assert.Equal(ReadAll(bytes), ReadAll(bytes));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1500));
    }

    private static byte[] Damage(byte[] bytes, int kind, int at, int length, byte value)
    {
        at %= bytes.Length;
        length = Math.Min(length, bytes.Length - at);
        switch (kind)
        {
            case 0:
                return bytes[..at];
            case 1:
                return [.. bytes[..at], .. bytes[(at + length)..]];
            case 2:
                return [.. bytes[..(at + length)], .. bytes[at..]];
            case 3:
                bytes[at] = value;
                return bytes;
            default:
                bytes.AsSpan(at, length).Reverse();
                return bytes;
        }
    }

    /// <summary>Reads a file in every way that there is.</summary>
    private static string ReadAll(byte[] bytes)
    {
        var report = X12Validator.Check(bytes, CompanionProfile.All[0]);
        var documents = X12Documents.Read(bytes).ToList();
        var facts = FileFacts.Read(new MemoryStream(bytes));
        foreach (var person in documents.OfType<EligibilityAnswer>().SelectMany(e => e.People))
            person.On(new(2026, 11, 1));
        StringBuilder text = new($"{documents.Count} {facts.Segments} {report.Findings.Count}\n");
        foreach (var finding in report.Findings.Stored)
            text.Append(finding.ToString().AsSpan(0, 1)).Append(finding.At.Reference).Append('\n');
        foreach (var interchange in report.Interchanges.Take(3))
        {
            using MemoryStream answer = new();
            AcknowledgementWriter.Write(answer, new("ZZ", "A", "ZZ", "B", A.Morning, 1, 1, true), interchange, new());
        }

        return text.ToString();
    }
}
