namespace Ips.X12;

/// <summary>Checks the elements of one segment against the standard (level 1), the guide (2) and code sets (5).</summary>
internal sealed class ElementChecker(Findings findings)
{
    private static readonly System.Buffers.SearchValues<byte> DecimalCharacters = System.Buffers.SearchValues.Create("0123456789.-"u8);

    public void Check(in Segment segment, SegmentUse use, Position at)
    {
        var definition = use.Definition;
        if (segment.Count > definition.Elements.Count)
            Add(SnipLevel.Syntax, FindingKind.TooManyElements, at, $"{segment.Count} elements", $"at most {definition.Elements.Count}",
                "Remove the elements at the end.");
        if (segment.Count > 0 && segment[segment.Count].IsEmpty)
            Add(SnipLevel.Syntax, FindingKind.TrailingSeparators, at with { Element = segment.Count }, "an empty element at the end",
                "no separator after the last element with a value", "Remove the separators.", isError: false);
        // Elements that are neither there nor used by the guide need no look.
        var last = Math.Min(definition.Elements.Count, Math.Max(segment.Count, use.Elements.Count));
        for (var i = 1; i <= last; i++)
        {
            var elementUse = i <= use.Elements.Count ? use.Elements[i - 1] : null;
            if (!segment[i].IsEmpty || elementUse is { Usage: Usage.Required })
                CheckElement(segment, segment[i], definition.Elements[i - 1], elementUse, at with { Element = i });
        }

        for (var i = 0; i < definition.Rules.Count; i++)
            CheckRule(segment, definition.Rules[i], at);
        CheckPeriods(segment, at);
    }

    private void CheckElement(in Segment segment, ReadOnlySpan<byte> value, ElementDefinition definition, ElementUse? use, in Position at)
    {
        if (value.IsEmpty)
        {
            if (use?.Usage == Usage.Required)
                Add(SnipLevel.Guide, FindingKind.ElementMissing, at, "nothing", $"{at.Reference} ({definition.Name})", $"Give {at.Reference}.");
            return;
        }

        if (use is null or { Usage: Usage.NotUsed })
        {
            Add(SnipLevel.Guide, FindingKind.NotUsed, at, Shape(definition, value), $"no {at.Reference} ({definition.Name})", $"Remove {at.Reference}.");
            return;
        }

        if (definition.Repeat == 1 || segment.Separators.Repetition is not { } repetition)
        {
            CheckRepetition(segment, value, definition, use, at);
            return;
        }

        var count = Segment.Parts(value, repetition);
        if (count > definition.Repeat)
            Add(SnipLevel.Guide, FindingKind.ElementRepeats, at, $"{count} repetitions", $"at most {definition.Repeat}", "Remove the repetitions.");
        for (var i = 1; i <= count; i++)
            CheckRepetition(segment, Segment.Part(value, repetition, i), definition, use, at);
    }

    private void CheckRepetition(in Segment segment, ReadOnlySpan<byte> value, ElementDefinition definition, ElementUse use, in Position at)
    {
        if (definition.Components is not { } components)
        {
            CheckValue(value, definition, use, at);
            return;
        }

        var count = Segment.Parts(value, segment.Separators.Component);
        if (count > components.Count)
            Add(SnipLevel.Syntax, FindingKind.TooManyElements, at, $"{count} components", $"at most {components.Count}", "Remove the components at the end.");
        if (value[^1] == segment.Separators.Component)
            Add(SnipLevel.Syntax, FindingKind.TrailingSeparators, at, "an empty component at the end", "no separator after the last component with a value",
                "Remove the separators.", isError: false);
        for (var i = 1; i <= components.Count; i++)
            CheckComponent(Segment.Part(value, segment.Separators.Component, i), components[i - 1], i <= use.Components?.Count ? use.Components[i - 1] : null,
                at with { Component = i });
    }

    private void CheckComponent(ReadOnlySpan<byte> value, ElementDefinition definition, ElementUse? use, in Position at)
    {
        if (value.IsEmpty)
        {
            if (use?.Usage == Usage.Required)
                Add(SnipLevel.Guide, FindingKind.ElementMissing, at, "nothing", $"{at.Reference} ({definition.Name})", $"Give {at.Reference}.");
        }
        else if (use is null or { Usage: Usage.NotUsed })
        {
            Add(SnipLevel.Guide, FindingKind.NotUsed, at, Shape(definition, value), $"no {at.Reference} ({definition.Name})", $"Remove {at.Reference}.");
        }
        else
        {
            CheckValue(value, definition, use, at);
        }
    }

    private void CheckValue(ReadOnlySpan<byte> value, ElementDefinition definition, ElementUse use, in Position at)
    {
        if (!IsOfType(value, definition.Type, out var length))
        {
            var (kind, expected) = definition.Type switch
            {
                ElementType.Date => (FindingKind.Date, "a day as CCYYMMDD"),
                ElementType.Time => (FindingKind.Time, "a time as HHMM or HHMMSS"),
                ElementType.Number => (FindingKind.Character, "digits"),
                ElementType.Decimal => (FindingKind.Character, "a number such as 1234.5"),
                _ => (FindingKind.Character, "no control characters"),
            };
            Add(SnipLevel.Syntax, kind, at, Shape(definition, value), expected, $"Correct {at.Reference}.");
            return;
        }

        if (length < definition.Min)
            Add(SnipLevel.Syntax, FindingKind.TooShort, at, $"{length} characters", $"at least {definition.Min}", $"Give {at.Reference} in full.");
        else if (length > definition.Max)
            Add(SnipLevel.Syntax, FindingKind.TooLong, at, $"{length} characters", $"at most {definition.Max}", $"Shorten {at.Reference}.");
        else
            CheckCode(value, definition, use, at);
    }

    private void CheckCode(ReadOnlySpan<byte> value, ElementDefinition definition, ElementUse use, in Position at)
    {
        if (use.Codes is { } codes)
        {
            foreach (var code in codes)
            {
                if (code.Length == value.Length && System.Text.Ascii.Equals(value, code))
                    return;
            }

            Add(SnipLevel.Guide, FindingKind.Code, at, Shape(definition, value), $"one of {string.Join(", ", codes)}", $"Correct {at.Reference}.");
        }
        else if (use.CodeSet is { } set && !CodeSets.Contains(set, value))
        {
            Add(SnipLevel.CodeSet, FindingKind.Code, at, Shape(definition, value), $"a code of the set {set}", "Check the code against the published list.",
                isError: !CodeSets.IsGrowing(set));
        }
    }

    private void CheckRule(in Segment segment, ElementRule rule, in Position at)
    {
        int present = 0, first = 0, missing = 0;
        for (var i = 0; i < rule.Elements.Count; i++)
        {
            var element = rule.Elements[i];
            if (segment[element].IsEmpty)
                missing = missing == 0 ? element : missing;
            else
                (present, first) = (present + 1, first == 0 ? element : first);
        }

        if (present == 0 ? rule.Kind != 'R' : present == rule.Elements.Count && rule.Kind != 'E')
            return;
        var hasFirst = !segment[rule.Elements[0]].IsEmpty;
        var id = at.Id;
        var names = string.Join(", ", rule.Elements.Select(e => $"{id}{e:00}"));
        switch (rule.Kind)
        {
            case 'P' when present > 0 && present < rule.Elements.Count:
                Add(SnipLevel.Syntax, FindingKind.ConditionalElementMissing, at with { Element = missing }, $"{at.Id}{first:00} without it",
                    $"all or none of {names}", "Give all of them or none.");
                break;
            case 'R' when present == 0:
                Add(SnipLevel.Syntax, FindingKind.ConditionalElementMissing, at with { Element = rule.Elements[0] }, "none", $"at least one of {names}",
                    "Give one of them.");
                break;
            case 'E' when present > 1:
                Add(SnipLevel.Syntax, FindingKind.Excluded, at with { Element = rule.Elements[^1] }, $"{present} of them", $"at most one of {names}",
                    "Give one of them only.");
                break;
            case 'C' when hasFirst && missing > 0:
                Add(SnipLevel.Syntax, FindingKind.ConditionalElementMissing, at with { Element = missing }, $"{at.Id}{rule.Elements[0]:00} without it",
                    $"{at.Id}{missing:00}", $"Give {at.Id}{missing:00} too.");
                break;
            case 'L' when hasFirst && present == 1:
                Add(SnipLevel.Syntax, FindingKind.ConditionalElementMissing, at with { Element = rule.Elements[1] }, $"{at.Id}{rule.Elements[0]:00} alone",
                    $"one more of {names}", "Give one of the others too.");
                break;
        }
    }

    /// <summary>Dates whose form another element names.</summary>
    private void CheckPeriods(in Segment segment, in Position at)
    {
        var (format, date) = at.Id switch { "DTP" => (2, 3), "DMG" => (1, 2), "PAT" => (5, 6), "INS" => (11, 12), _ => (0, 0) };
        if (format == 0 || segment[date].IsEmpty)
            return;
        var value = segment[date];
        if (segment.Is(format, "D8"u8) ? Segment.ParseDay(value) is null : segment.Is(format, "RD8"u8) && Period.Parse(value) is null)
            Add(SnipLevel.Syntax, FindingKind.Date, at with { Element = date }, $"{value.Length} characters that are no {segment.Text(format)}",
                segment.Is(format, "D8"u8) ? "a day as CCYYMMDD" : "CCYYMMDD-CCYYMMDD, the first not later", $"Correct {at.Id}{date:00}.");
    }

    private static bool IsOfType(ReadOnlySpan<byte> value, ElementType type, out int length)
    {
        length = value.Length;
        switch (type)
        {
            case ElementType.Date:
                return Segment.ParseDay(value) is not null;
            case ElementType.Time:
                return value.Length is 4 or 6 or 7 or 8 && value.IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0
                    && (value[0] - '0') * 10 + value[1] - '0' < 24 && value[2] < '6'
                    && (value.Length == 4 || value[4] < '6');
            case ElementType.Number:
                var digits = value.Length > 0 && value[0] == '-' ? value[1..] : value;
                length = digits.Length;
                return length > 0 && digits.IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0;
            case ElementType.Decimal:
                length = value.Length - value.Count((byte)'-') - value.Count((byte)'.');
                return Segment.ParseNumber(value) is not null || length > 18 && value.IndexOfAnyExcept(DecimalCharacters) < 0;
            default:
                if (!System.Text.Ascii.IsValid(value))
                    length = Segment.Decode(value).Length;
                return value.IndexOfAnyInRange((byte)0, (byte)31) < 0;
        }
    }

    /// <summary>What a message may show of a value: a code is shown, anything else is described.</summary>
    private static string Shape(ElementDefinition definition, ReadOnlySpan<byte> value) =>
        definition.Type == ElementType.Code && definition.Components is null && value.Length <= 6 ? $"\"{Segment.Decode(value)}\""
            : $"{value.Length} characters";

    private void Add(SnipLevel level, FindingKind kind, Position at, string found, string expected, string fix, bool isError = true) =>
        findings.Add(new(level, kind, at, found, expected, fix) { IsError = isError });
}
