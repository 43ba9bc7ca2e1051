using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace Ips.Policies;

/// <summary>
/// Invented facts of a decision and the receipts that they give: how stored facts and receipts look, without anyone's data. The same pack and evaluators
/// always give the same samples.
/// </summary>
public static class SampleFacts
{
    private const int Attempts = 8;
    private const int Wanted = 2;
    private const int Deepest = 4;

    /// <summary>At most three samples; the last has only the facts that the decision requires. None where no invented facts are accepted.</summary>
    public static IReadOnlyList<(string Facts, string Receipt)> Of(Pack pack, DecisionKind kind)
    {
        var day = pack.Rules.Select(r => r.From).Append(pack.Header.InForceFrom).Max();
        List<(string Facts, string Receipt)> samples = [.. Enumerable.Range(0, Attempts).Select(v => Decide(pack, kind, day, v, all: true)).OfType<Sample>()
            .DistinctBy(s => s.Receipt).Take(Wanted).Select(s => (s.Facts, s.Receipt))];
        if (Enumerable.Range(0, Attempts).Select(v => Decide(pack, kind, day, v, all: false)).FirstOrDefault(s => s is not null) is { } least)
            samples.Add((least.Facts, least.Receipt));
        return samples;
    }

    /// <summary>Decides on invented facts; those that the program does not accept are left out. Null when a required one is among them.</summary>
    private static Sample? Decide(Pack pack, DecisionKind kind, DateOnly day, int variant, bool all)
    {
        var facts = Object(FactWriter.Options.GetTypeInfo(kind.FactsType), variant, day, all, depth: 0);
        while (true)
        {
            try
            {
                return new(facts.ToJsonString(FactWriter.Options), kind.Decide(pack, day, JsonSerializer.SerializeToElement(facts)).Json);
            }
            catch (InvalidRequestException refused) when (Removed(facts, refused))
            {
                // Again without them.
            }
            catch (Exception e) when (e is InvalidRequestException or NotInForceException)
            {
                return null;
            }
        }
    }

    /// <summary>Removes the facts with problems; false when none of them was there.</summary>
    private static bool Removed(JsonObject facts, InvalidRequestException refused) =>
        refused.Problems.Aggregate(false, (any, problem) => facts.Remove(problem.Field.Split('.', '[')[0]) || any);

    private static JsonObject Object(JsonTypeInfo shape, int variant, DateOnly day, bool all, int depth)
    {
        JsonObject facts = [];
        foreach (var fact in shape.Properties)
        {
            var property = (PropertyInfo)fact.AttributeProvider!;
            var required = fact.PropertyType.IsValueType && Nullable.GetUnderlyingType(fact.PropertyType) is null;
            if (property.CanWrite && (all || required) && Value(property, fact.PropertyType, variant, day, depth) is { } value)
                facts[fact.Name] = value;
        }

        return facts;
    }

    /// <summary>A value of a fact, or of an item of its list; null where nothing is known that would be accepted, as for a text.</summary>
    private static JsonNode? Value(PropertyInfo fact, Type type, int variant, DateOnly day, int depth)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type == typeof(bool))
            return variant % 2 == 0;
        if (type == typeof(DateOnly) || type == typeof(DayOrBlank))
            return day.ToString(fact.IsDefined(typeof(MonthAttribute)) ? "yyyy-MM" : "yyyy-MM-dd", CultureInfo.InvariantCulture);
        if (type == typeof(int))
            return (int)(fact.GetCustomAttribute<RangeAttribute>()?.Minimum ?? 0) + (variant % 2);
        if (type == typeof(decimal))
            return "1.00";
        if (type.IsEnum)
            return JsonSerializer.SerializeToNode(Enum.GetValues(type).GetValue(variant % Enum.GetValues(type).Length), type, FactWriter.Options);
        if (type == typeof(string) || type == typeof(Period) || depth == Deepest)
            return null;
        var shape = FactWriter.Options.GetTypeInfo(type);
        return shape.Kind switch
        {
            JsonTypeInfoKind.Enumerable => Value(fact, type.GenericTypeArguments[0], variant, day, depth + 1) is { } item ? new JsonArray(item) : null,
            JsonTypeInfoKind.Object => Object(shape, variant, day, all: true, depth + 1),
            _ => null,
        };
    }

    private sealed record Sample(string Facts, string Receipt);
}
