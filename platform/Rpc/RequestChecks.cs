using System.Collections;
using System.Collections.Concurrent;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Ips.Platform.Rpc;

/// <summary>What a service demands of one kind of request beyond its shape. Register as <c>AddSingleton&lt;IRequestCheck&lt;T&gt;, ...&gt;()</c>; it reads no database.</summary>
public interface IRequestCheck<in TRequest>
    where TRequest : IMessage
{
    /// <summary>The fields that are wrong; none when the request may go on.</summary>
    IEnumerable<Problem.Invalid> Check(TRequest request);
}

/// <summary>
/// Refuses malformed requests before a handler sees them, naming every field that is wrong: unknown enum values, a <c>request_id</c> that is no UUID,
/// a negative <c>page_size</c>, and what the service's <see cref="IRequestCheck{TRequest}"/> says.
/// </summary>
public sealed class RequestChecks
{
    private readonly ConcurrentDictionary<Type, Func<IServiceProvider, IMessage, IEnumerable<Problem.Invalid>>> own = new();

    /// <summary>Lets a well-formed request pass.</summary>
    /// <exception cref="ProblemException">Something is wrong with the request.</exception>
    public void Demand(IMessage request, ServerCallContext context)
    {
        var found = new List<Problem.Invalid>();
        Walk(request, "", found);
        found.AddRange(own.GetOrAdd(request.GetType(), Of)(context.GetHttpContext().RequestServices, request));
        if (Problem.Invalid.From(found) is { } problem)
            throw new ProblemException(problem);
    }

    private static void Walk(IMessage message, string prefix, List<Problem.Invalid> found)
    {
        foreach (var field in message.Descriptor.Fields.InDeclarationOrder())
        {
            if (field.FieldType is not (FieldType.Enum or FieldType.Message) && field.Name is not ("request_id" or "page_size"))
                continue;
            var path = prefix + field.Name;
            var value = field.Accessor.GetValue(message);
            if (field.IsMap)
                continue;
            if (field.IsRepeated)
            {
                var at = 0;
                foreach (var item in (IList)value)
                    Value(field, item, $"{path}[{at++}]", found);
            }
            else if (value is not null)
            {
                Value(field, value, path, found);
            }
        }
    }

    private static void Value(FieldDescriptor field, object value, string path, List<Problem.Invalid> found)
    {
        switch (field.FieldType)
        {
            case FieldType.Enum when field.EnumType.FindValueByNumber(Convert.ToInt32(value, System.Globalization.CultureInfo.InvariantCulture)) is null:
                found.Add(new(path, $"{Convert.ToInt32(value, System.Globalization.CultureInfo.InvariantCulture)} is no {field.EnumType.Name}"));
                break;
            case FieldType.Message when value is IMessage inner && !inner.Descriptor.File.Package.StartsWith("google.", StringComparison.Ordinal):
                Walk(inner, path + ".", found);
                break;
            case FieldType.String when field.Name == "request_id" && value is string { Length: > 0 } id && (!Guid.TryParse(id, out var parsed) || parsed == Guid.Empty):
                found.Add(new(path, "is not a UUID; send a new one with every new request"));
                break;
            case FieldType.Int32 when field.Name == "page_size" && value is int and < 0:
                found.Add(new(path, "is negative; 0 asks for the documented default"));
                break;
        }
    }

    private static Func<IServiceProvider, IMessage, IEnumerable<Problem.Invalid>> Of(Type type) =>
        typeof(RequestChecks).GetMethod(nameof(Registered), System.Reflection.BindingFlags.NonPublic | System.Reflection.BindingFlags.Static)!
            .MakeGenericMethod(type).CreateDelegate<Func<IServiceProvider, IMessage, IEnumerable<Problem.Invalid>>>();

    private static IEnumerable<Problem.Invalid> Registered<TRequest>(IServiceProvider services, IMessage request)
        where TRequest : IMessage => services.GetServices<IRequestCheck<TRequest>>().SelectMany(check => check.Check((TRequest)request));
}
