using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Ips.Policies;

/// <summary>The name of a fact and whether it is known: a finding lists the names of the missing ones.</summary>
public readonly record struct Fact
{
    private readonly string _name;
    private readonly bool _isExpression;

    /// <summary>A fact whose name is no single property, such as <c>contacts[].minutes</c>.</summary>
    public Fact(string name, bool isKnown) : this(name, isKnown, isExpression: false)
    {
    }

    private Fact(string name, bool isKnown, bool isExpression) => (_name, IsKnown, IsNeeded, _isExpression) = (name, isKnown, true, isExpression);

    /// <summary>The name in JSON. Computed only when reasons are written: a decision without reasons does not pay for it.</summary>
    public string Name => _isExpression ? JsonNamingPolicy.CamelCase.ConvertName(_name[(_name.LastIndexOf('.') + 1)..]) : _name;

    /// <summary>Whether the fact is known.</summary>
    public bool IsKnown { get; }

    /// <summary>Whether the rule cannot be Met without it. False for one of several ways to be Met, and while a duty is still open: the evaluator
    /// then compares the day of the act itself.</summary>
    public bool IsNeeded { get; private init; }

    /// <summary>The same fact, for a rule that can be Met without it.</summary>
    public Fact NotNeeded => this with { IsNeeded = false };

    /// <summary>The fact of a property, such as <c>Fact.Of(facts.Code)</c>.</summary>
    /// <param name="value">The property's value, or the same value held in a variable.</param>
    /// <param name="name">The property's name: the compiler takes it from <paramref name="value"/>; a variable needs <c>nameof(facts.Code)</c>.</param>
    public static Fact Of<T>(T? value, [CallerArgumentExpression(nameof(value))] string name = "") where T : struct =>
        new(name, value.HasValue, isExpression: true);

    /// <inheritdoc cref="Of{T}(T?, string)"/>
    public static Fact Of(object? value, [CallerArgumentExpression(nameof(value))] string name = "") => new(name, value is not null, isExpression: true);
}
