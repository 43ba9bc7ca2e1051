using Ips.Policies;
using Mono.Cecil;
using Mono.Cecil.Rocks;

namespace Ips.Contracts.Tests;

/// <summary>
/// What the code of a service asks the policies and which facts it gives, read from its assembly: the calls of each method are followed from every RPC.
/// </summary>
internal sealed class PolicyUse
{
    private const string Policies = "Ips.Policies";
    private static readonly HashSet<string> Records =
        [.. DecisionKinds.All.SelectMany(kind => RecordsOf(kind.GetType().GenericTypeArguments[0])).Select(type => type.FullName!)];

    private readonly ModuleDefinition _service;
    private readonly ILookup<string, MethodDefinition> _implementations;

    private PolicyUse(ModuleDefinition service)
    {
        _service = service;
        _implementations = service.GetAllTypes().SelectMany(type => type.Methods).Where(method => method.IsVirtual && method.HasBody)
            .ToLookup(method => method.Name, StringComparer.Ordinal);
    }

    /// <summary>One line per decision that an RPC of the service asks, with those RPCs, and one per fact that it gives, with the types that give it.</summary>
    public static IEnumerable<string> Of(string service)
    {
        using var module = ModuleDefinition.ReadModule(Path.Combine(AppContext.BaseDirectory, service + ".dll"));
        PolicyUse use = new(module);
        return [.. use.Decisions().Concat(use.Facts())];
    }

    private IEnumerable<string> Decisions() =>
        from rpc in Rpcs()
        from decision in Reached(rpc).SelectMany(Calls).Where(call => call.Name == "get_Kind" && IsPolicy(call.DeclaringType)).Select(NameOf).Distinct()
        group $"{rpc.DeclaringType.BaseType.DeclaringType.Name}.{rpc.Name}" by decision into rpcs
        orderby rpcs.Key
        select $"decision\t{rpcs.Key}\t{_service.Assembly.Name.Name}\t{string.Join(", ", rpcs.Distinct().Order(StringComparer.Ordinal))}";

    private IEnumerable<string> Facts() =>
        from type in _service.GetAllTypes()
        from method in type.Methods
        from call in Calls(method)
        where Records.Contains(call.DeclaringType.FullName.Replace('/', '+'))
        from fact in FactsOf(call)
        group OuterMost(type).Name by fact into given
        orderby given.Key
        select $"fact\t{given.Key}\t{_service.Assembly.Name.Name}\t{string.Join(", ", given.Distinct().Order(StringComparer.Ordinal))}";

    private IEnumerable<MethodDefinition> Rpcs() =>
        from type in _service.GetAllTypes()
        where type.BaseType is { DeclaringType: not null } based && based.Name == based.DeclaringType.Name + "Base"
        from method in type.Methods
        where method.IsVirtual && method.HasBody
        select method;

    /// <summary>The method and every method of the service that it may call.</summary>
    private HashSet<MethodDefinition> Reached(MethodDefinition first)
    {
        HashSet<MethodDefinition> reached = [first];
        Queue<MethodDefinition> next = new(reached);
        while (next.TryDequeue(out var method))
        {
            foreach (var called in Steps(method).Concat(Calls(method).SelectMany(Inside)).Where(reached.Add))
                next.Enqueue(called);
        }

        return reached;
    }

    /// <summary>The body of an async method or an iterator is in a type of its own.</summary>
    private static IEnumerable<MethodDefinition> Steps(MethodDefinition method) =>
        from attribute in method.CustomAttributes
        where attribute.AttributeType.Name.EndsWith("StateMachineAttribute", StringComparison.Ordinal)
        from step in ((TypeReference)attribute.ConstructorArguments[0].Value).Resolve().Methods
        where step.HasBody
        select step;

    private IEnumerable<MethodDefinition> Inside(MethodReference call)
    {
        if (call.DeclaringType.Scope != _service && call.DeclaringType.Scope.Name != _service.Name)
            return [];
        var called = call.Resolve();
        return called is null ? [] : called.HasBody ? [called] : _implementations[called.Name].Where(m => m.Parameters.Count == called.Parameters.Count);
    }

    private static IEnumerable<MethodReference> Calls(MethodDefinition method) =>
        !method.HasBody ? [] : method.Body.Instructions.SelectMany(instruction => instruction.Operand switch
        {
            MethodReference call => [call is GenericInstanceMethod generic ? generic.ElementMethod : call],
            // A static field may hold a function: what its type sets up may run.
            FieldReference { FieldType: var type } field when field.DeclaringType.Scope == method.Module && type.Resolve() is { BaseType.Name: "MulticastDelegate" }
                && field.DeclaringType.Resolve().GetStaticConstructor() is { } setup => [setup],
            _ => Enumerable.Empty<MethodReference>(),
        });

    private static IEnumerable<string> FactsOf(MethodReference call)
    {
        var type = call.DeclaringType.FullName[(Policies.Length + 1)..].Replace('/', '.');
        return call.Name.StartsWith("set_", StringComparison.Ordinal) ? [$"{type}.{call.Name[4..]}"]
            : call.Name == ".ctor" ? call.Resolve().Parameters.Where(p => char.IsUpper(p.Name[0])).Select(p => $"{type}.{p.Name}")
            : [];
    }

    /// <summary>A record of facts and the records in it.</summary>
    private static IEnumerable<Type> RecordsOf(Type type) =>
        type.Assembly != typeof(DecisionKind).Assembly || type.IsEnum ? type.IsGenericType ? type.GenericTypeArguments.SelectMany(RecordsOf) : []
            : type.GetProperties().Where(p => p.CanWrite && p.PropertyType != type).SelectMany(p => RecordsOf(p.PropertyType)).Prepend(type);

    private static bool IsPolicy(TypeReference type) => type.FullName.StartsWith(Policies + ".", StringComparison.Ordinal);

    private static string NameOf(MethodReference kind) =>
        ((DecisionKind)typeof(DecisionKind).Assembly.GetType(kind.DeclaringType.FullName)!.GetProperty("Kind")!.GetValue(null)!).Name;

    private static TypeDefinition OuterMost(TypeDefinition type) => type.DeclaringType is { } outer ? OuterMost(outer) : type;
}
