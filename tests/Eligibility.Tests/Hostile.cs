using System.Collections;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Ips.Eligibility.Tests;

/// <summary>
/// Hostile requests, generated from the contract: every field of a message gets a value that once broke a program, or a valid value so that the next field is
/// reached.
/// </summary>
internal sealed class Hostile(Random random, IReadOnlyDictionary<string, string[]> known)
{
    /// <summary>Part of every text that could be about a person: no response may repeat it.</summary>
    public const string Marked = "Zwiebelmarke";

    private static readonly string[] Texts =
    [
        "", " ", "'", "' or '1'='1'; drop table individuals; --", "<script>alert(1)</script>", "\0", "a\0b", "%00", "../../etc/passwd", "{0}{1}%s%n",
        "\u202Eevil", "\uFEFF", "𝔘𝔫𝔦𝔠𝔬𝔡𝔢 \U0001F9EA", "null", "NaN", "-1", "1e999", new string('x', 70_000), Marked + " was here", "individuals/",
        "individuals/1", "a/b/c/d",
        "individuals/00000000-0000-0000-0000-000000000000", "INDIVIDUALS/0190a5a0-0000-7000-8000-000000000000", "organizations/", "organizations/UPPER",
        "organizations/" + Marked,
    ];

    private static readonly string[] Days =
    [
        "0001-01-01", "9999-12-31", "2024-02-29", "2023-02-29", "2026-13-01", "2026-3-2", "10000-01-01", "-001-01-01", "٢٠٢٦-٠٣-٠٢", "2026-03-02T00:00:00Z",
        "1583-10-15", "2026-02-30",
    ];

    private static readonly long[] Numbers = [0, 1, -1, 2, 100, int.MaxValue, int.MinValue, long.MaxValue, long.MinValue];

    /// <summary>A message with hostile fields.</summary>
    public IMessage Message(MessageDescriptor type, int depth = 0)
    {
        var message = type.Parser.ParseFrom([]);
        foreach (var field in type.Fields.InDeclarationOrder())
        {
            // A missing field is hostile too; the depth limit ends the tree of messages.
            if (random.Next(5) == 0 || depth > 4)
                continue;
            if (field.IsMap)
                continue;
            if (field.IsRepeated)
            {
                var list = (IList)field.Accessor.GetValue(message);
                for (var n = random.Next(10) == 0 ? 300 : random.Next(3); n > 0; n--)
                    list.Add(Value(field, depth));
            }
            else
            {
                field.Accessor.SetValue(message, Value(field, depth));
            }
        }

        return message;
    }

    /// <summary>A value for one field.</summary>
    private object Value(FieldDescriptor field, int depth) => field.FieldType switch
    {
        FieldType.String => Text(field.Name),
        FieldType.Bool => random.Next(2) == 0,
        FieldType.Int32 or FieldType.SInt32 or FieldType.SFixed32 => (int)(Numbers[random.Next(Numbers.Length)] % int.MaxValue),
        FieldType.Int64 or FieldType.SInt64 or FieldType.SFixed64 => Numbers[random.Next(Numbers.Length)],
        FieldType.UInt32 or FieldType.Fixed32 => (uint)random.Next(),
        FieldType.UInt64 or FieldType.Fixed64 => (ulong)random.NextInt64(),
        FieldType.Double => random.Next(2) == 0 ? double.NaN : double.MaxValue,
        FieldType.Float => float.NegativeInfinity,
        FieldType.Bytes => ByteString.CopyFrom([0xFF, 0xFE, 0x00]),
        FieldType.Enum => Enum.ToObject(field.EnumType.ClrType, Code(field.EnumType)),
        FieldType.Message or FieldType.Group => Message(field.MessageType, depth + 1),
        _ => throw new InvalidOperationException($"{field.FullName} has a type that this test does not know."),
    };

    private int Code(EnumDescriptor type) => random.Next(4) == 0 ? (random.Next(2) == 0 ? 99 : -1) : type.Values[random.Next(type.Values.Count)].Number;

    /// <summary>Text for a field: usually what its name requires, otherwise something hostile.</summary>
    public string Text(string field)
    {
        if (random.Next(10) < 6 && known.FirstOrDefault(k => field.Contains(k.Key, StringComparison.Ordinal)).Value is { } good)
            return good[random.Next(good.Length)];
        if (field == "request_id" && random.Next(10) < 8)
            return EligibilityService.NewId();
        return random.Next(3) == 0 ? Days[random.Next(Days.Length)] : Texts[random.Next(Texts.Length)];
    }
}
