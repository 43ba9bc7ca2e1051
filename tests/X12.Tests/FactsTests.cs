using System.Globalization;
using System.Text.Json;
using Xunit;

namespace Ips.X12.Tests;

/// <summary>facts.json holds what an independent splitter counted in the public samples; the reader counts the same.</summary>
public sealed class FactsTests
{
    public static TheoryData<string> Files => [.. Sample.Names];

    [Fact]
    public void All_samples_are_here() => Assert.True(Sample.Names.Count() >= 100);

    [Theory, MemberData(nameof(Files))]
    public void Reader_counts_what_the_independent_splitter_counted(string file)
    {
        var expected = Sample.Facts.Single(f => f.GetProperty("file").GetString() == file);
        var facts = FileFacts.Read(Sample.Open(file), null, "AK9", "IK5", "EB", "AAA", "UM", "HCR");
        var compared = 0;
        foreach (var fact in expected.EnumerateObject().Where(f => f.Name is not ("file" or "bytes")))
        {
            Assert.True(Flat(fact.Value) == Actual(fact.Name, facts), $"{file}: {fact.Name} is {Actual(fact.Name, facts)}, expected {Flat(fact.Value)}");
            compared++;
        }

        Assert.True(compared >= 9);
    }

    private static string Actual(string name, FileFacts facts) => name switch
    {
        "bom" => facts.HasByteOrderMark ? "True" : "False",
        "sep" => Separators(facts.Separators),
        "isa" => Text(facts.Interchanges),
        "gs" => Text(facts.Groups),
        "st" => Text(facts.Sets),
        "kinds" => string.Join(',', facts.Kinds),
        "gs08" => string.Join(',', facts.Versions),
        "claims" => Text(facts.Claims),
        "lines" => Text(facts.Lines),
        "se_wrong" => Text(facts.WrongSetCounts),
        "ta1" => Text(facts.InterchangeAcknowledgements),
        "bpr" => Text(facts.Payment),
        "clp" => Text(facts.AnsweredClaims),
        "clp_paid" => Text(facts.Paid),
        "plb" => Text(facts.ProviderAdjustments),
        "balances" => facts.Balances ? "True" : "False",
        "cas" => Text(facts.Adjustments),
        "clp02" => string.Join(',', facts.ClaimStates),
        "claims_unbalanced" => Text(facts.UnbalancedClaims),
        "charge_total" => Text(facts.Charged),
        "clm02_not_sum" => Text(facts.ClaimsNotSumOfLines),
        "stc" => Text(facts.Statuses),
        "stc_codes" => string.Join(',', facts.StatusCodes),
        "eb" => Text(facts.Picked.Count(p => p[0] == "EB")),
        "ak9" or "ik5" or "aaa" or "um" or "hcr" =>
            string.Join(',', facts.Picked.Where(p => string.Equals(p[0], name, StringComparison.OrdinalIgnoreCase)).Select(p =>
                $"[{string.Join(',', p.Skip(1))}]")),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "a fact that this test does not compare"),
    };

    private static string Flat(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Array => string.Join(',', value.EnumerateArray().Select(e => e.ValueKind == JsonValueKind.Array ? $"[{Flat(e)}]" : Flat(e))),
        JsonValueKind.String when decimal.TryParse(value.GetString(), CultureInfo.InvariantCulture, out var number)
            && value.GetString()!.All(c => char.IsAsciiDigit(c) || c is '.' or '-')
            && value.GetString()!.Contains('.', StringComparison.Ordinal) => Text(number),
        _ => value.ToString(),
    };

    private static string Separators(Separators s) => $"{(char)s.Element}{(char)s.Component}'{(s.Segment == '\r' ? "\\r" : (char)s.Segment)}'";

    private static string Text(IFormattable value) => value is decimal d ? (d / 1.0000000000000000000000000m).ToString(CultureInfo.InvariantCulture)
        : value.ToString(null, CultureInfo.InvariantCulture);
}
