using System.Collections;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Google.Protobuf.WellKnownTypes;
using Ips.Contracts;
using Ips.Policies;
using Proto = Ips.Contracts.Common.V1;

namespace Ips.Platform.Decisions;

/// <summary>Decisions on the wire: one just taken as it is, a stored one from its receipt.</summary>
public static class Receipts
{
    /// <summary>How a stored decision is named: <c>decisions/{uuid}</c>.</summary>
    public static string NameOf(Guid id) => ResourceName.Of("decisions", id);

    /// <summary>Reads that name.</summary>
    public static bool TryParseName(string? name, out Guid id) => ResourceName.TryParse("decisions", name, out id);

    /// <summary>SHA-256 of a receipt, lower-case hex.</summary>
    public static string Hash(string receipt) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(receipt)));

    /// <summary>A decision just taken; <paramref name="stored"/>: whether it is stored, so that its id can be returned.</summary>
    public static Proto.Decision ToProto(this DecisionRecord decided, bool stored)
    {
        var decision = decided.Decision;
        Proto.Decision wire = new()
        {
            DecisionId = stored ? decided.Id.ToString() : "",
            Program = decision.Program,
            Question = decision.Name,
            PackVersion = decision.PackVersion,
            PackHash = decision.PackHash,
            EngineVersion = Receipt.EngineVersion,
            AsOf = decision.AsOf.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            Verdict = decision.Verdict.ToProto(),
            Values = ToStruct(decision.Values),
            ReceiptJson = decision.Json,
            ReceiptSha256 = decided.ReceiptSha256,
        };
        wire.Findings.AddRange(decision.Findings.Select(ToProto));
        return wire;
    }

    /// <summary>A stored decision: one just taken from itself, one that was loaded from its receipt.</summary>
    public static Proto.Decision ToProto(this StoredDecision decision) =>
        decision.Taken?.ToProto(stored: true) ?? Read(decision.Id.ToString(), decision.ReadReceipt());

    /// <summary>Where a rule is written.</summary>
    public static Proto.Citation ToProto(this Citation citation) => new() { Document = citation.Document, Section = citation.Section, Law = citation.Law ?? "" };

    /// <summary>One finding of a decision.</summary>
    public static Proto.Finding ToProto(this Finding finding)
    {
        Proto.Finding wire = new()
        {
            RuleId = finding.Rule.Value,
            Verdict = finding.Verdict.ToProto(),
            Reason = finding.Reason,
            Citation = finding.Entry.Citation.ToProto(),
            WouldBeMet = finding.Remedy ?? "",
            Deciding = finding.Decides,
        };
        wire.MissingFacts.AddRange(finding.MissingFacts);
        return wire;
    }

    private static Struct ToStruct(IReadOnlyDictionary<string, object> values)
    {
        Struct wire = new();
        foreach (var (name, value) in values)
            wire.Fields.Add(name, ToValue(value));
        return wire;
    }

    // The same forms as in the receipt (Receipt.WriteValue).
    private static Value ToValue(object value) => value switch
    {
        string text => Value.ForString(text),
        int number => Value.ForNumber(number),
        bool flag => Value.ForBool(flag),
        DateOnly day => Value.ForString(day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)),
        decimal money => Value.ForString(money.ToString("0.00", CultureInfo.InvariantCulture)),
        IReadOnlyDictionary<string, object> map => Value.ForStruct(ToStruct(map)),
        IEnumerable list => Value.ForList([.. list.Cast<object>().Select(ToValue)]),
        _ => throw new ArgumentOutOfRangeException(nameof(value), value.GetType().Name, "not a type of decision value"),
    };

    private static Proto.Decision Read(string id, string receipt)
    {
        using var document = JsonDocument.Parse(receipt);
        var json = document.RootElement;
        Proto.Decision wire = new()
        {
            DecisionId = id,
            Program = Text(json, "program"),
            Question = Text(json, "decision"),
            PackVersion = Text(json, "packVersion"),
            PackHash = Text(json, "packHash"),
            EngineVersion = Text(json, "engineVersion"),
            AsOf = Text(json, "asOf"),
            Verdict = VerdictOf(Text(json, "verdict")),
            Values = Struct.Parser.ParseJson(json.GetProperty("values").GetRawText()),
            ReceiptJson = receipt,
            ReceiptSha256 = Hash(receipt),
        };
        foreach (var finding in json.GetProperty("findings").EnumerateArray())
            wire.Findings.Add(ReadFinding(finding));
        return wire;
    }

    private static Proto.Finding ReadFinding(JsonElement json)
    {
        var citation = json.GetProperty("citation");
        Proto.Finding wire = new()
        {
            RuleId = Text(json, "rule"),
            Verdict = VerdictOf(Text(json, "verdict")),
            Reason = Text(json, "because"),
            Citation = new()
            {
                Document = Text(citation, "document"),
                Section = Text(citation, "section"),
                Law = citation.TryGetProperty("law", out var law) ? law.GetString() : "",
            },
            Deciding = json.GetProperty("decides").GetBoolean(),
            WouldBeMet = json.TryGetProperty("remedy", out var remedy) ? remedy.GetString() : "",
        };
        if (json.TryGetProperty("missingFacts", out var missing))
            wire.MissingFacts.AddRange(missing.EnumerateArray().Select(m => m.GetString()));
        return wire;
    }

    private static Proto.Verdict VerdictOf(string verdict) => System.Enum.Parse<Verdict>(verdict).ToProto();

    private static string Text(JsonElement json, string name) => json.GetProperty(name).GetString()!;
}
